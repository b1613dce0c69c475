/** The same with keys that are not there: looked for by get, lying in a range, or deleted before. */
import { hermitage } from "../hermitage.ts";
import { scriptExperiment, rounds } from "../store-experiment.ts";
import { specialKeys } from "../values.ts";
import {
  drawKeys,
  drawScript,
  framed,
  randomOf,
  scene,
  severalRanges,
  skewAroundEach,
} from "../workload.ts";

const lastKey = JSON.stringify("\uffff".repeat(1024));

/** Every T is serializable here. */
const scenes: readonly string[] = [
  "T1 begin; T2 begin; T1 get d; T2 get c; T1 put c 11; T2 put d 12; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 get d; T2 get c; T1 put c 11; T2 put d 12; T2 commit; T1 commit",
  // A range that found nothing, one that found others, one without bounds.
  "T1 begin; T2 begin; T1 range c e; T2 range c e; T1 put c 11; T2 put d 12; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 range; T2 range; T1 put c 11; T2 put d 12; T1 commit; T2 commit",
  'T1 begin; T2 begin; T1 range b; T2 range "" a; T1 put "" 11; T2 put bb 12; T1 commit; T2 commit',
  "T1 begin; T2 begin; T1 range aa ab; T2 range ba bb; T1 put ba 11; T2 put aa 12; T1 commit; T2 commit",
  // Behind everything that anybody would put there.
  `T1 begin; T2 begin; T1 range b; T2 get d; T1 put d 11; T2 put ${lastKey} 12; T2 commit; T1 commit`,
  `T1 begin; T2 begin; T1 get ${lastKey}; T2 get d; T1 put d 11; T2 put ${lastKey} 12; T2 commit; T1 commit`,
  // Between what was found; before the first and behind the last of it.
  "T1 begin; T2 begin; T1 range a b; T2 range a b; T1 put aa 11; T2 put ab 12; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 range aa c; T2 get d; T1 put d 11; T2 put ab 12; T2 commit; T1 commit",
  "T1 begin; T2 begin; T1 range a bb; T2 get d; T1 put d 11; T2 put ba 12; T2 commit; T1 commit",
  // One sees a gap, the other a key.
  "T1 begin; T2 begin; T1 get c; T2 get a; T1 put a 11; T2 put c 12; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 range c; T2 get a; T1 delete a; T2 put c 12; T2 commit; T1 commit",
  // Deleted before: not there, and yet something was known about it.
  "T1 begin; T1 delete a; T1 delete b; T1 commit; turns 3; T2 begin; T3 begin; T2 get a; T3 get b; T2 put b 11; T3 put a 12; T2 commit; T3 commit",
  "T1 begin; T1 delete a; T1 delete b; T1 commit; turns 3; T2 begin; T3 begin; T2 range; T3 range; T2 put b 11; T3 put a 12; T3 commit; T2 commit",
  // Looked for, put and deleted again by the other: it is a write.
  "T1 begin; T2 begin; T1 get d; T2 get c; T1 put c 11; T1 delete c; T2 put d 12; T2 delete d; T1 commit; T2 commit",
  // Looked for after the other has committed.
  "T1 begin; T2 begin; T1 get d; T1 put c 11; T1 commit; T2 get c; T2 put d 12; T2 commit",
  "T1 begin; T2 begin; T1 range d e; T1 put c 11; T1 commit; turns 2; T2 range c d; T2 put d 12; T2 commit",
];

const promise = "mvcc-store/no-phantoms";

export const noPhantoms = scriptExperiment({
  promise,
  *cases(budget) {
    yield* hermitage(promise);
    for (const text of scenes)
      yield {
        steps: framed({ a: 1, b: 2 }, scene(text.replaceAll("begin", "begin serializable"))),
      };
    yield { steps: framed({}, skewAroundEach(specialKeys)) };
    for (let round = 0; round < rounds(budget, 300); round++) {
      const random = randomOf(budget.seed, 500_000 + round);
      yield { steps: framed({ b: 1 }, severalRanges(random)) };
    }
    for (let round = 0; round < rounds(budget, 200); round++) {
      const random = randomOf(budget.seed, round);
      const steps = drawScript(random, {
        transactions: 6 + random.below(12),
        open: 2 + random.below(5),
        keys: drawKeys(random, 4 + random.below(10), round % 4 === 0),
        calls: 5,
        ranges: 3,
        deletes: 4,
        rollbacks: 1,
        turns: 1,
        serializable: 8,
      });
      yield { steps };
    }
  },
});
