import { kata } from "#katas/lsm-tree/kata.ts";
import { together } from "../../harness/experiment.ts";
import { scripted } from "../script.ts";
import { sessions } from "../session.ts";
import { someKeys } from "../strings.ts";

const promise = "lsm-tree/newest-wins";

export const newestWins = together(promise, kata.version, [
  sessions({
    promise,
    cases: 80,
    steps: 40,
    mix: { put: 10, get: 8, delete: 1, flush: 2 },
    keys: (random) => someKeys(random, 2 + random.below(6)),
    options: (random) => ({ memtableThreshold: 1 + random.below(5) }),
    // What was deleted is another promise.
    judges: ({ expected, wasDeleted }) => expected !== undefined || !wasDeleted,
  }),
  scripted(promise, {
    "one key in hundreds of tables": async (script) => {
      const tree = await script.open({ memtableThreshold: 1 });
      await script.does("120 puts of one key, each a table, and 120 of others", async () => {
        for (let index = 0; index < 120; index++) {
          await tree.put("key", `v${index}`);
          await tree.put(`other ${index}`, `v${index}`);
        }
      });
      await script.shows(tree, "key", "v119");
      for (let index = 0; index < 120; index++)
        await script.showsQuietly(tree, `other ${index}`, `v${index}`);
    },
    "thousands of keys with the default threshold": async (script) => {
      const tree = await script.open();
      const { random } = script;
      const newest = new Map<string, string>();
      await script.does("5000 puts to 3000 keys", async () => {
        for (let index = 0; index < 5000; index++) {
          const key = `key ${random.below(3000)}`;
          newest.set(key, `v${index}`);
          await tree.put(key, `v${index}`);
        }
      });
      for (const [key, value] of newest) await script.showsQuietly(tree, key, value);
      await script.does("flush", () => tree.flush());
      for (const [key, value] of newest) await script.showsQuietly(tree, key, value);
      await script.showsQuietly(tree, "key 3000", undefined);
      script.tell(`gets of ${newest.size} keys, twice`, "answered right");
    },
  }),
]);
