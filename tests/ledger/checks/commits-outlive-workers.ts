/**
 * Whenever workers die or hang, a batch is committed once or its commit rejects without effect, and the next one
 * goes on.
 *
 * Slow rules run on workers that are lost at every moment: once, so that nobody notices, and again and again, so
 * that commits reject with WORKER_LOST.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { openings, pay, type PlannedWorkerFault, type Script, type Step } from "../script.ts";
import { drawFaults } from "../worker-faults.ts";
import { Drawer, randomOf } from "../workload.ts";

function script(workerFaults: PlannedWorkerFault[], steps: Step[]): Script {
  return {
    options: { slowRules: ["even"], executor: "workers", workerFaults, attemptsMax: 16 },
    clients: [
      [
        { do: "commit", batch: openings },
        ...steps,
        { do: "answers" },
        { do: "commit", batch: [pay("last", "bank", "bob", 2)] },
        { do: "read" },
      ],
    ],
    order: [],
  };
}

const work: Step[] = [
  {
    do: "commit",
    batch: [pay("t1", "bank", "ann", 4), pay("t2", "ann", "bob", 2)],
    unanswered: true,
  },
  {
    do: "commit",
    batch: [pay("t3", "bank", "ann", 3), pay("t4", "bank", "ann", 2)],
    policy: "valid-only",
    unanswered: true,
  },
  { do: "commit", batch: [pay("t5", "ann", "eve", 2)] },
];

export const commitsOutliveWorkers = scriptExperiment({
  promise: "ledger/commits-outlive-workers",
  breaks: ["effect", "version", "winner", "accounts", "slow", "verdict", "funds", "order"],
  *cases(budget) {
    for (const fault of ["dies", "hangs"] as const) {
      for (const at of ["start", "task", "answer"] as const)
        for (const number of [0, 1, 3]) yield script([{ at, number, fault }], work);
      const often = [5, 6, 7, 8, 9, 10].map((number): PlannedWorkerFault => ({
        at: "task",
        number,
        fault,
      }));
      yield script(often, work);
    }
    for (let round = 0; round < rounds(budget, 100); round++) {
      const random = randomOf(budget.seed, round);
      const drawer = new Drawer(random, { opens: 1, centsMax: 12 });
      const steps: Step[] = Array.from({ length: 3 }, () => {
        const step: Step = { do: "commit", batch: drawer.batch(3), policy: "valid-only" };
        return random.below(2) === 0 ? step : { ...step, unanswered: true };
      });
      const faults = drawFaults(random, 6).map((fault) => ({ ...fault, number: fault.number + 3 }));
      yield { ...script(faults, steps), order: { drawn: budget.seed * 10_007 + round } };
    }
  },
});
