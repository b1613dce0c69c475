/** Readers begin, others commit, and only then the readers read: by get and by range, more than once. */
import { hermitage } from "../hermitage.ts";
import { scriptExperiment, rounds } from "../store-experiment.ts";
import { drawKeys, drawScript, framed, randomOf, scene } from "../workload.ts";

const scenes: readonly string[] = [
  // The snapshot is taken at the begin, not at the first read.
  "T1 begin; T2 begin; T2 put a 11; T2 commit; T1 get a; T1 range",
  // Nor is it taken anew by a second read, of the same key or of another one.
  "T1 begin; T1 get a; T2 begin; T2 put a 11; T2 put b 12; T2 commit; T1 get a; T1 get b; T1 range",
  // What is new or gone for others is neither for it.
  "T1 begin; T2 begin; T2 put c 13; T2 delete a; T2 commit; T1 get c; T1 get a; T1 range",
  // A write of its own brings nothing of others along.
  "T1 begin; T2 begin; T2 put a 11; T2 commit; T1 put b 12; T1 get a; T1 range; T1 commit",
  // Several versions later, seen by readers of several ages.
  `T1 begin; T2 begin; T2 put a 11; T2 commit; T3 begin; T4 begin; T4 put a 12; T4 commit
   T5 begin; T6 begin; T6 delete a; T6 commit; T7 begin; T8 begin; T8 put a 13; T8 commit
   T7 get a; T5 get a; T3 get a; T1 get a; T1 range; T3 range; T5 range; T7 range`,
  // A reader that began before anything was there.
  "T1 begin serializable; T2 begin; T2 put z 11; T2 commit; turns 2; T1 get z; T1 range a; T1 commit",
  // Two that began at the same moment, and one of them writes.
  "T1 begin; T2 begin; T1 put a 11; T1 commit; T2 get a; T3 begin; T3 get a; T2 get a",
  // Begun beside a writer that commits later.
  "T1 begin; T1 put a 11; T2 begin; T1 put b 12; T1 commit; T2 get a; T2 get b; T2 range",
];

const promise = "mvcc-store/snapshots-stay-still";

export const snapshotsStayStill = scriptExperiment({
  promise,
  *cases(budget) {
    yield* hermitage(promise);
    for (const text of scenes) yield { steps: framed({ a: 1, b: 2 }, scene(text)) };
    for (let round = 0; round < rounds(budget, 120); round++) {
      const random = randomOf(budget.seed, round);
      const steps = drawScript(random, {
        transactions: 4 + random.below(14),
        open: 2 + random.below(5),
        keys: drawKeys(random, 2 + random.below(4)),
        calls: 6,
        readers: 5,
        ranges: 3,
        deletes: 3,
        rollbacks: 1,
        turns: 1,
        serializable: random.below(3),
      });
      yield { steps };
    }
  },
});
