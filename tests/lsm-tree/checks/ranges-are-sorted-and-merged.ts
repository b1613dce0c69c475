import { kata } from "#katas/lsm-tree/kata.ts";
import { together } from "../../harness/experiment.ts";
import { Model } from "../model.ts";
import { scripted } from "../script.ts";
import { sessions } from "../session.ts";
import { someKeys, sortedKeys, specialValues } from "../strings.ts";

const promise = "lsm-tree/ranges-are-sorted-and-merged";

export const rangesAreSortedAndMerged = together(promise, kata.version, [
  sessions({
    promise,
    cases: 80,
    steps: 40,
    mix: { put: 10, delete: 5, flush: 2, range: 4 },
    keys: (random) => someKeys(random, 3 + random.below(10)),
    values: specialValues,
    options: (random) => ({ memtableThreshold: 1 + random.below(6) }),
  }),
  scripted(promise, {
    "every key, put in reverse and flushed": async (script) => {
      const tree = await script.open();
      const model = new Model();
      for (const key of [...sortedKeys].reverse()) {
        await script.quietly("a put", () => tree.put(key, `of ${key}`));
        model.set(key, `of ${key}`);
      }
      await script.ranges(tree, {}, model.range());
      await script.does("flush", () => tree.flush());
      await script.ranges(tree, {}, model.range());
      for (const key of sortedKeys.filter((_, index) => index % 2 === 0)) {
        await script.quietly("a delete", () => tree.delete(key));
        model.set(key, undefined);
      }
      await script.ranges(tree, {}, model.range());
      await script.does("flush", () => tree.flush());
      await script.ranges(tree, {}, model.range());
    },
    "thousands of entries in many tables": async (script) => {
      const tree = await script.open({ memtableThreshold: 200 });
      const model = new Model();
      const { random } = script;
      await script.does("4000 puts and deletes of 1500 keys", async () => {
        for (let index = 0; index < 4000; index++) {
          const key = `${random.below(1500)}`;
          const value = random.below(5) === 0 ? undefined : `v${index}`;
          model.set(key, value);
          if (value === undefined) await tree.delete(key);
          else await tree.put(key, value);
        }
      });
      await script.ranges(tree, {}, model.range());
    },
    "everything deleted": async (script) => {
      const tree = await script.open({ memtableThreshold: 3 });
      const keys = ["a", "b", "c", "d", "e"];
      for (const key of keys) await script.quietly("a put", () => tree.put(key, "1"));
      for (const key of keys) await script.quietly("a delete", () => tree.delete(key));
      script.tell(`puts and deletes of ${keys.length} keys`, "answered ok");
      await script.ranges(tree, {}, []);
      await script.does("flush", () => tree.flush());
      await script.ranges(tree, {}, []);
    },
  }),
]);
