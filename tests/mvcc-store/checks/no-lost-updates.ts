/** Transactions overlap and write the same keys, in all ways there are to write: at most one of them commits. */
import { kata } from "#katas/mvcc-store/kata.ts";
import { together } from "../../harness/experiment.ts";
import { hermitage } from "../hermitage.ts";
import { longOverlaps } from "../long-overlaps.ts";
import { scriptExperiment, rounds } from "../store-experiment.ts";
import { specialKeys } from "../values.ts";
import { drawKeys, drawScript, framed, randomOf, rivalsForEach, scene } from "../workload.ts";

const scenes: readonly string[] = [
  "T1 begin; T2 begin; T1 get a; T2 get a; T1 put a 11; T1 commit; T2 put a 12; T2 commit",
  // Blind writes: nobody has read anything.
  "T1 begin; T2 begin; T1 put a 11; T2 put a 12; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 put c 11; T2 put c 12; T2 commit; T1 commit",
  // A delete is a write, of an absent key too, and so is a put that changes nothing.
  "T1 begin; T2 begin; T1 delete a; T2 put a 12; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 put a 11; T2 delete a; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 delete a; T2 delete a; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 delete c; T2 delete c; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 put c 11; T2 delete c; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 delete c; T2 put c 12; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 put a 1; T2 put a 1; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 put c 11; T1 delete c; T2 put c 12; T1 commit; T2 commit",
  "T1 begin; T2 begin; T2 put c 12; T2 delete c; T1 put c 11; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 delete a; T1 put a 1; T2 put a 12; T1 commit; T2 commit",
  "T1 begin; T2 begin; T2 put a 12; T2 delete a; T2 put a 1; T1 delete a; T2 commit; T1 commit",
  // Deleted and put again between: the value is the old one, the version is not.
  "T1 begin; T1 get a; T2 begin; T2 delete a; T2 commit; T3 begin; T3 put a 1; T3 commit; T1 put a 11; T1 commit",
  "T1 begin; T1 get a; T2 begin; T2 put a 12; T2 commit; T3 begin; T3 delete a; T3 commit; T1 put a 11; T1 commit",
  // One key of many, the last one and the first one.
  "T1 begin; T2 begin; T1 put c 11; T1 put d 12; T1 put e 13; T2 put e 14; T2 put f 15; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 put e 11; T1 put d 12; T2 put c 13; T2 put e 14; T2 commit; T1 commit",
  // Begun before, written after the commit of the other; many commits of others between.
  `T1 begin; T2 begin; T2 put a 11; T2 commit; T3 begin; T3 put b 12; T3 commit
   T4 begin; T4 put c 13; T4 commit; T5 begin; T5 put d 14; T5 commit; turns 3; T1 put a 15; T1 commit`,
  // Somebody who rolls back hides nobody who has committed.
  "T1 begin; T2 begin; T2 put a 11; T2 commit; T3 begin; T3 put a 12; T3 rollback; T1 put a 13; T1 commit",
  "T1 begin; T2 begin; T3 begin; T2 put a 11; T2 commit; T3 put a 12; T3 rollback; T1 put a 13; T1 commit",
  // Nor does one who was refused.
  "T1 begin; T2 begin; T3 begin; T2 put a 11; T2 commit; T3 put a 12; T3 commit; T1 put a 13; T1 commit",
  // The older one is open still when the newer ones are long over.
  "T1 begin; T1 put a 11; T2 begin; T2 put a 12; T2 commit; T3 begin; T3 get a; T3 commit; T1 commit",
  // Readers between do not part them.
  "T1 begin; T2 begin; T3 begin; T1 put a 11; T1 commit; T3 get a; T3 commit; T2 get a; T2 put a 12; T2 commit",
  // Whichever isolation they chose.
  "T1 begin; T2 begin serializable; T1 put a 11; T2 put a 12; T1 commit; T2 commit",
  "T1 begin serializable; T2 begin; T1 put a 11; T2 put a 12; T1 commit; T2 commit",
  "T1 begin serializable; T2 begin serializable; T1 put a 11; T2 put a 12; T2 commit; T1 commit",
  "T1 begin serializable; T2 begin; T1 delete c; T2 put c 12; T2 commit; T1 commit",
];

const promise = "mvcc-store/no-lost-updates";

const scripts = scriptExperiment({
  promise,
  *cases(budget) {
    yield* hermitage(promise);
    for (const text of scenes) yield { steps: framed({ a: 1, b: 2 }, scene(text)) };
    yield { steps: framed({}, rivalsForEach(specialKeys)) };
    for (let round = 0; round < rounds(budget, 200); round++) {
      const random = randomOf(budget.seed, round);
      const steps = drawScript(random, {
        transactions: 6 + random.below(18),
        open: 2 + random.below(7),
        keys: drawKeys(random, 2 + random.below(4)),
        calls: 4,
        conflicts: true,
        ranges: 1,
        deletes: 3,
        rollbacks: 2,
        turns: 1,
        serializable: random.below(3) * 2,
      });
      yield { steps };
    }
  },
});

export const noLostUpdates = together(promise, kata.version, [
  scripts,
  longOverlaps(promise, [
    { role: "rival", isolation: "snapshot", commits: 300 },
    { role: "rival", isolation: "snapshot", commits: 10_000 },
    { role: "rival", isolation: "snapshot", commits: 1, writes: 999 },
  ]),
]);
