/** Transactions put, delete and put again, and look each time: at the key, and at the ranges that it is in. */
import { scriptExperiment, rounds } from "../store-experiment.ts";
import { drawKeys, drawScript, framed, randomOf, scene } from "../workload.ts";

const scenes: readonly string[] = [
  "T1 begin; T1 put a 11; T1 get a; T1 range; T1 put a 12; T1 get a; T1 range; T1 commit",
  // Deleted is not "not written": what is below must not shine through.
  "T1 begin; T1 delete a; T1 get a; T1 range; T1 get b; T1 commit",
  "T1 begin; T1 delete a; T1 put a 11; T1 get a; T1 range; T1 delete a; T1 get a; T1 range",
  "T1 begin; T1 put c 13; T1 delete c; T1 get c; T1 range; T1 commit",
  // Among the keys of others, and at the bounds.
  'T1 begin; T1 put aa 11; T1 put "" 12; T1 put c 13; T1 range; T1 range a b; T1 range aa c; T1 range "" a',
  "T1 begin; T1 range; T1 put bb 11; T1 range; T1 delete b; T1 range b bb; T1 range b bbb; T1 commit",
  // While others commit, and after reading what is now overwritten.
  "T1 begin; T1 get a; T1 put a 11; T2 begin; T2 put c 12; T2 commit; T1 get a; T1 range; T1 commit",
  "T1 begin serializable; T1 put a 11; T1 get a; T1 delete b; T1 range; T1 get b; T1 commit",
];

export const ownWritesAreSeen = scriptExperiment({
  promise: "mvcc-store/own-writes-are-seen",
  *cases(budget) {
    for (const text of scenes) yield { steps: framed({ a: 1, b: 2 }, scene(text)) };
    for (let round = 0; round < rounds(budget, 120); round++) {
      const random = randomOf(budget.seed, round);
      const steps = drawScript(random, {
        transactions: 2 + random.below(5),
        open: 1 + random.below(3),
        keys: drawKeys(random, 2 + random.below(5)),
        calls: 14,
        ranges: 3,
        deletes: 4,
        turns: 1,
        serializable: random.below(3),
      });
      yield { steps };
    }
  },
});
