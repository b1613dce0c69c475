import { kata } from "#katas/lsm-tree/kata.ts";
import { together } from "../../harness/experiment.ts";
import { scripted } from "../script.ts";
import { sessions } from "../session.ts";
import { someKeys } from "../strings.ts";

const promise = "lsm-tree/a-tombstone-stops-the-search";

export const aTombstoneStopsTheSearch = together(promise, kata.version, [
  sessions({
    promise,
    cases: 100,
    steps: 40,
    mix: { put: 6, delete: 6, get: 8, flush: 2 },
    keys: (random) => someKeys(random, 1 + random.below(5)),
    options: (random) => ({ memtableThreshold: 1 + random.below(5) }),
    always: [
      {
        steps: [
          { do: "put", key: "a", value: "1" },
          { do: "flush" },
          { do: "delete", key: "a" },
          { do: "get", key: "a" },
          { do: "flush" },
          { do: "get", key: "a" },
        ],
        options: {},
      },
    ],
    // Which value a key has that was put again is another promise, but it has one.
    judges: ({ expected, wasDeleted, isMissing }) =>
      wasDeleted && (expected === undefined || isMissing),
  }),
  scripted(promise, {
    "tombstones in every second table": async (script) => {
      const tree = await script.open({ memtableThreshold: 4 });
      for (let round = 0; round < 30; round++) {
        const isOdd = round % 2 === 1;
        await script.quietly(`round ${round}`, async () => {
          for (const key of ["a", "b", "c", "d"]) {
            if (isOdd) await tree.delete(key);
            else await tree.put(key, `${key}${round}`);
          }
        });
        // Which value the others have is another promise.
        if (!isOdd) continue;
        for (const key of ["a", "b", "c", "d"]) await script.showsQuietly(tree, key, undefined);
      }
      script.tell("30 rounds of puts and deletes of all keys in turn", "answered right");
    },
    "deletes of keys that are not there": async (script) => {
      const tree = await script.open({ memtableThreshold: 2 });
      for (const key of ["a", "b", "c", "a"])
        await script.does(`delete ${key}`, () => tree.delete(key));
      await script.does("put b=1", () => tree.put("b", "1"));
      await script.does("flush", () => tree.flush());
      await script.shows(tree, "a", undefined);
      await script.shows(tree, "b", "1");
      await script.shows(tree, "c", undefined);
    },
  }),
]);
