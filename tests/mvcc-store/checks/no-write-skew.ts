/** Two serializable transactions that overlap, each of which has read a key that the other writes. */
import { kata } from "#katas/mvcc-store/kata.ts";
import { together } from "../../harness/experiment.ts";
import { hermitage } from "../hermitage.ts";
import { longOverlaps } from "../long-overlaps.ts";
import { scriptExperiment, rounds } from "../store-experiment.ts";
import { specialKeys } from "../values.ts";
import { drawKeys, drawScript, framed, randomOf, scene, skewAroundEach } from "../workload.ts";

/** Every T is serializable here. */
const scenes: readonly string[] = [
  "T1 begin; T2 begin; T1 get b; T2 get a; T1 put a 11; T2 put b 12; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 get b; T2 get a; T1 put a 11; T2 put b 12; T2 commit; T1 commit",
  // Read by a range, in part or all of it.
  "T1 begin; T2 begin; T1 range; T2 range; T1 put a 11; T2 put b 12; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 range b; T2 range a b; T1 put a 11; T2 put b 12; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 get b; T2 range; T1 put a 11; T2 put b 12; T1 commit; T2 commit",
  // By deleting, and by putting what is there already.
  "T1 begin; T2 begin; T1 get b; T2 get a; T1 delete a; T2 delete b; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 range b; T2 range a b; T1 delete a; T2 delete b; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 get b; T2 get a; T1 put a 1; T2 put b 2; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 get b; T2 get a; T1 delete a; T1 put a 1; T2 delete b; T2 put b 2; T1 commit; T2 commit",
  // The read comes after the write, or after the other's commit: the snapshot is older all the same.
  "T1 begin; T2 begin; T1 put a 11; T2 put b 12; T1 get b; T2 get a; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 get b; T1 put a 11; T1 commit; T2 get a; T2 put b 12; T2 commit",
  "T1 begin; T2 begin; T1 get b; T1 put a 11; T1 commit; turns 3; T2 put b 12; T2 range; T2 commit",
  // Written first and read then is the own write; another key of the same range is not.
  "T1 begin; T2 begin; T1 put a 11; T1 range; T2 put b 12; T2 range; T1 commit; T2 commit",
  // Written over and over by others who are long over when it counts.
  "T1 begin; T1 get b; T2 begin; T2 get a; T2 put b 12; T2 commit; T3 begin; T3 put c 13; T3 commit; T4 begin; T4 put d 14; T4 commit; T1 put a 11; T1 commit",
  // The older one commits after many.
  "T1 begin; T1 get a; T1 get b; T2 begin; T2 get a; T2 get b; T2 put a 12; T2 commit; T3 begin; T3 get a; T3 put a 13; T3 commit; T1 put b 11; T1 commit",
  // Reads of more keys than one, of which the first or the last counts.
  "T1 begin; T2 begin; T1 get c; T1 get b; T1 get d; T2 get d; T2 get a; T1 put a 11; T2 put b 12; T1 commit; T2 commit",
];

const promise = "mvcc-store/no-write-skew";

const scripts = scriptExperiment({
  promise,
  *cases(budget) {
    yield* hermitage(promise);
    for (const text of scenes)
      yield {
        steps: framed({ a: 1, b: 2 }, scene(text.replaceAll("begin", "begin serializable"))),
      };
    const present = Object.fromEntries(specialKeys.map((key) => [key, 1]));
    yield { steps: framed(present, skewAroundEach(specialKeys)) };
    for (let round = 0; round < rounds(budget, 200); round++) {
      const random = randomOf(budget.seed, round);
      const steps = drawScript(random, {
        transactions: 6 + random.below(12),
        open: 2 + random.below(5),
        keys: drawKeys(random, 2 + random.below(4), round % 4 === 0),
        calls: 5,
        ranges: 2,
        deletes: 1,
        rollbacks: 1,
        turns: 1,
        serializable: 8,
      });
      yield { steps };
    }
  },
});

export const noWriteSkew = together(promise, kata.version, [
  scripts,
  longOverlaps(promise, [
    { role: "reader", isolation: "serializable", commits: 10_000 },
    { role: "reader", isolation: "serializable", commits: 1, writes: 999 },
    { role: "reader", isolation: "serializable", commits: 3, reads: 1500, at: "first" },
    { role: "reader", isolation: "serializable", commits: 3, reads: 1500, at: "last" },
    {
      role: "reader",
      isolation: "serializable",
      commits: 3,
      reads: 1200,
      by: "range",
      at: "first",
    },
    { role: "reader", isolation: "serializable", commits: 3, reads: 1200, by: "range", at: "last" },
  ]),
]);
