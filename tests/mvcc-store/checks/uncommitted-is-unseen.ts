/** Transactions write, and others look: before the commit, and after a rollback in its place. */
import { hermitage } from "../hermitage.ts";
import { scriptExperiment, rounds } from "../store-experiment.ts";
import { drawKeys, drawScript, framed, randomOf, scene } from "../workload.ts";

const scenes: readonly string[] = [
  // Dirty reads (G1a, G1b of the literature): of what is never committed, and of what is not the last.
  "T1 begin; T1 put a 11; T1 delete b; T2 begin; T2 get a; T2 get b; T2 range; T1 rollback; T2 get a; T3 begin; T3 range",
  "T1 begin; T1 put a 11; T2 begin; T2 get a; T1 put a 12; T1 commit; T2 get a; T3 begin; T3 get a; T3 range",
  // Begun before the writer, and after it.
  "T1 begin; T2 begin; T2 put c 13; T1 get c; T1 range; T3 begin; T3 get c; T3 range; T2 commit",
  // A rollback takes back puts and deletes, of keys that were there and of new ones.
  "T1 begin; T1 put a 11; T1 put c 13; T1 delete b; T1 rollback; T2 begin; T2 get a; T2 get c; T2 get b; T2 range; T2 commit",
  // And brings nothing back when another transaction writes the key later.
  "T1 begin; T1 put a 11; T1 rollback; T2 begin; T2 put a 12; T2 commit; T3 begin; T3 get a; T3 delete a; T3 rollback; T4 begin; T4 get a; T4 range",
  // Written, and the commit of somebody else comes between.
  "T1 begin; T1 put c 11; T2 begin; T2 put a 12; T2 commit; T3 begin; T3 get c; T3 range; T1 rollback; T4 begin; T4 get c",
  "T1 begin serializable; T1 delete a; T1 put c 13; T2 begin serializable; T2 range; T1 rollback; T2 range; T2 commit",
];

const promise = "mvcc-store/uncommitted-is-unseen";

export const uncommittedIsUnseen = scriptExperiment({
  promise,
  *cases(budget) {
    yield* hermitage(promise);
    for (const text of scenes) yield { steps: framed({ a: 1, b: 2 }, scene(text)) };
    for (let round = 0; round < rounds(budget, 120); round++) {
      const random = randomOf(budget.seed, round);
      const steps = drawScript(random, {
        transactions: 4 + random.below(10),
        open: 2 + random.below(4),
        keys: drawKeys(random, 2 + random.below(4)),
        calls: 7,
        readers: 3,
        ranges: 3,
        deletes: 4,
        rollbacks: 5,
        turns: 1,
        serializable: random.below(3),
      });
      yield { steps };
    }
  },
});
