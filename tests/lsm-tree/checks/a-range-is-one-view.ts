import { kata } from "#katas/lsm-tree/kata.ts";
import { together } from "../../harness/experiment.ts";
import { Model } from "../model.ts";
import { scripted } from "../script.ts";
import { sessions } from "../session.ts";
import { plainKeys } from "../strings.ts";
import { firstDifference } from "../script.ts";
import { entryOf } from "../adapter.ts";
import type { Entry } from "#katas/lsm-tree/contract.ts";

const promise = "lsm-tree/a-range-is-one-view";

export const aRangeIsOneView = together(promise, kata.version, [
  sessions({
    promise,
    cases: 240,
    steps: 50,
    mix: { put: 12, delete: 6, flush: 2, begin: 4, next: 10, leave: 1 },
    keys: (random) => plainKeys(4 + random.below(8)),
    options: (random) => ({ memtableThreshold: 1 + random.below(6) }),
    always: [
      {
        steps: [
          ...["a", "b", "c"].map((key) => ({ do: "put", key, value: "old" }) as const),
          { do: "begin", as: 1 },
          { do: "next", as: 1, times: 1 },
          { do: "put", key: "b", value: "new" },
          { do: "delete", key: "c" },
          { do: "put", key: "d", value: "new" },
          { do: "flush" },
          { do: "next", as: 1, times: 9 },
        ],
        options: {},
      },
    ],
  }),
  scripted(promise, {
    "a thousand entries, read while all of them change": async (script) => {
      const tree = await script.open({ memtableThreshold: 90 });
      const model = new Model();
      const keys = Array.from({ length: 1000 }, (_, index) => `key ${index}`);
      await script.does("1000 puts", async () => {
        for (const key of keys) await tree.put(key, "old");
      });
      for (const key of keys) model.set(key, "old");
      const iterator = tree.range()[Symbol.asyncIterator]();
      const seen: Entry[] = [];
      await script.does("a range, and after each entry a put and a delete", async () => {
        for (const key of [...keys, undefined]) {
          const answer = await iterator.next();
          if (answer.done === true) break;
          seen.push(entryOf(answer.value));
          if (key === undefined) continue;
          await tree.put(key, "new");
          await tree.delete(keys[keys.length - seen.length] ?? "");
        }
      });
      const expected = model.range();
      const place = firstDifference(seen, expected);
      if (place === -1) return;
      const therefore = `Entry ${place + 1} of the range must be ${String(expected[place])}, and it was ${String(seen[place])}.`;
      script.broken("range", `${seen.length} entries, of which one is wrong`, therefore);
    },
  }),
]);
