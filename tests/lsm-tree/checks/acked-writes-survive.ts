/**
 * Every crash of short lives, those inside recoveries too; and one long life of many tables, after which the power goes
 * and takes with it whatever no sync had covered.
 */
import { kata } from "#katas/lsm-tree/kata.ts";
import { together } from "../../harness/experiment.ts";
import { sequentialCrashes } from "../crash-cases.ts";
import { Model } from "../model.ts";
import { scripted } from "../script.ts";

const promise = "lsm-tree/acked-writes-survive";

export const ackedWritesSurvive = together(promise, kata.version, [
  sequentialCrashes(
    promise,
    // Invented: a get and a range that disagree about an answered write.
    { wants: ["lost", "invented"], phases: ["crash", "crash in recovery", "second crash"] },
    4,
  ),
  // What a kill has left is read before it is safe, and must not be built upon until it is.
  sequentialCrashes(
    promise,
    { wants: ["lost", "invented"], phases: ["crash in recovery"], killsBeforeRecovery: true },
    3,
  ),
  scripted(promise, {
    "hundreds of writes in one life": async (script) => {
      const { random } = script;
      const model = new Model();
      const keys = Array.from({ length: 120 }, (_, index) => `key ${index}`);
      const options = { memtableThreshold: 20 };
      for (let life = 0; life < 3; life++) {
        const tree = await script.open(options);
        await script.ranges(tree, {}, model.range());
        await script.does("400 puts and deletes", async () => {
          for (let index = 0; index < 400; index++) {
            const key = keys[random.below(keys.length)] ?? "";
            const value = random.below(6) === 0 ? undefined : `v${life}.${index}`;
            if (value === undefined) await tree.delete(key);
            else await tree.put(key, value);
            model.set(key, value);
          }
        });
        await script.powerCut();
      }
      const reopened = await script.open(options);
      for (const key of keys) await script.showsQuietly(reopened, key, model.get(key));
      await script.ranges(reopened, {}, model.range());
    },
  }),
]);
