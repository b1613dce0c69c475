/** Keys are deleted under readers of many ages, and looked for when all older versions may have gone. */
import { rounds, scriptExperiment } from "../store-experiment.ts";
import { framed, randomOf, scene } from "../workload.ts";
import { collected, longReaders } from "./old-snapshots-stay-whole.ts";

const scenes: readonly string[] = [
  "T1 begin; T1 delete a; T1 commit; turns 3; T2 begin; T2 get a; T2 range; T3 begin; T3 put c 11; T3 commit; turns 3; T4 begin; T4 get a; T4 range",
  // An older reader holds the version below: when it goes, the tombstone may not go alone.
  `T1 begin; T2 begin; T2 delete a; T2 commit; T3 begin; T3 put b 11; T3 commit; turns 3; T4 begin; T4 get a; T4 range
   T1 get a; T1 commit; T5 begin; T5 put b 12; T5 commit; turns 3; T6 begin; T6 get a; T6 range; T4 get a`,
  // Several versions below the tombstone, and readers of each.
  `T1 begin; T2 begin; T2 put a 11; T2 commit; T3 begin; T4 begin; T4 put a 12; T4 commit; T5 begin; T6 begin; T6 delete a; T6 commit
   T7 begin; T3 rollback; turns 3; T7 get a; T5 rollback; T8 begin; T8 put b 13; T8 commit; turns 3; T7 get a; T7 range; T9 begin; T9 get a; T9 range`,
  // Deleted twice, put between.
  `T1 begin; T2 begin; T2 delete a; T2 commit; T3 begin; T3 put a 11; T3 commit; T4 begin; T4 delete a; T4 commit; turns 3
   T5 begin; T5 get a; T1 commit; T6 begin; T6 put c 12; T6 commit; turns 3; T5 get a; T5 range; T7 begin; T7 get a; T7 range`,
];

export const deletedStaysDeleted = scriptExperiment({
  promise: "mvcc-store/deleted-stays-deleted",
  reading: { answers: collected },
  *cases(budget) {
    for (const text of scenes) yield { steps: framed({ a: 1, b: 2 }, scene(text)) };
    for (let round = 0; round < rounds(budget, 24); round++) {
      const random = randomOf(budget.seed, 300_000 + round);
      const commits = round % 10 === 9 ? 800 : 20 + random.below(100);
      yield { steps: longReaders(random, { commits, deletes: 5 }) };
    }
  },
});
