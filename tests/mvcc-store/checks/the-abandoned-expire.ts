/**
 * Time passes while transactions are open: those that have become too old say so whatever they are asked, are in
 * nobody's way and leave nothing; those that have not go on. And what the abandoned could still read is not kept.
 */
import { kata } from "#katas/mvcc-store/kata.ts";
import type { Random } from "#platform/random.ts";
import { together } from "../../harness/experiment.ts";
import { measureMemory, type MemoryCase } from "../memory.ts";
import type { Script, Step } from "../script.ts";
import { rounds, scriptExperiment, storeExperiment } from "../store-experiment.ts";
import { drawKeys, drawScript, framed, randomOf, scene } from "../workload.ts";

const promise = "mvcc-store/the-abandoned-expire";
const ageMsMax = 1000;

const scenes: readonly string[] = [
  // Equal is not more.
  "T1 begin; 1000 ms; T1 get a; T1 put c 11; T1 range; 1 ms; T1 get a",
  "T1 begin; T1 put a 11; 1001 ms; T1 commit; T2 begin; T2 get a; T2 range",
  "T1 begin; T1 put c 11; 1001 ms; T1 put c 12; T2 begin; T2 range",
  "T1 begin; T1 delete a; 5000 ms; T1 delete b; T2 begin; T2 range; T2 commit",
  "T1 begin; 1001 ms; T1 range",
  "T1 begin; T1 get a; 2000 ms; T1 commit",
  "T1 begin serializable; T1 range; T1 put c 11; 1001 ms; T1 get c",
  // Each has an age of its own, however busy it is.
  "T1 begin; 600 ms; T2 begin; T1 get a; T2 put a 11; 600 ms; T2 get a; T1 get a; T2 commit; T3 begin; T3 get a",
  "T1 begin; 400 ms; T1 get a; 400 ms; T1 put c 11; 400 ms; T1 put c 12; 2000 ms; T2 begin; T2 put c 13; T2 commit",
  // In nobody's way: not of those who begin later, nor of those who were there.
  "T1 begin; T1 put a 11; T1 put b 12; 1001 ms; T2 begin; T2 put a 13; T2 delete b; T2 commit; T1 get a; T3 begin; T3 range",
  "T1 begin serializable; T1 get a; T1 put b 11; 1001 ms; T2 begin serializable; T2 get b; T2 put a 12; T2 commit; T1 commit",
  "T1 begin; T1 put a 11; 500 ms; T2 begin; T2 put c 12; 501 ms; T2 get a; T2 commit; T1 rollback",
  // One that is over is over.
  "T1 begin; T1 put a 11; T1 commit; 5000 ms; T2 begin; T2 get a; 999 ms; T2 put a 12; T2 commit; T3 begin; T3 get a",
  // A rollback does not mind.
  "T1 begin; T1 put a 11; 1001 ms; T1 rollback; T2 begin; T2 put a 12; T2 commit",
];

const ages = scriptExperiment({
  promise,
  reading: { refusals: promise },
  *cases(budget) {
    for (const text of scenes) yield { ageMsMax, steps: framed({ a: 1, b: 2 }, scene(text)) };
    // A clock alone makes nobody old, nor does its absence.
    const forever = scene("T1 begin; T1 put a 11; 1000000000 ms; T1 get a; T1 commit");
    yield { hasClock: true, steps: framed({ a: 1 }, forever) };
    yield { steps: framed({ a: 1 }, forever) };
    for (let round = 0; round < rounds(budget, 60); round++)
      yield drawAges(randomOf(budget.seed, round));
  },
});

/** Leaps of the clock amid a random history. */
function drawAges(random: Random): Script {
  const steps = drawScript(random, {
    transactions: 6 + random.below(10),
    open: 2 + random.below(4),
    keys: drawKeys(random, 6 + random.below(4)),
    calls: 5,
    ranges: 2,
    deletes: 2,
    rollbacks: 1,
    serializable: 2,
  });
  const leaps = [1, 300, 500, 999, 1000, 1001, 3000];
  const withTime = steps.flatMap((step): Step[] =>
    random.below(6) === 0
      ? [step, { do: "time", ms: leaps[random.below(leaps.length)] ?? 1 }]
      : [step],
  );
  return { ageMsMax, steps: withTime };
}

const memory = storeExperiment<MemoryCase>({
  promise,
  *cases({ seed }) {
    yield { history: "overwrites", readers: "abandoned", keys: 400, seed };
  },
  judge: measureMemory,
});

export const theAbandonedExpire = together(promise, kata.version, [ages, memory]);
