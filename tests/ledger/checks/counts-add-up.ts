/**
 * At any moment counts says how many tasks were accepted, have succeeded and have failed, each counted once.
 *
 * It is asked whenever everything waits, while tasks answer, fail, are lost once and twice, and cannot travel.
 */
import { rounds } from "../ledger-experiment.ts";
import { drawFaults } from "../worker-faults.ts";
import { pick, randomOf } from "../workload.ts";
import { type WorkerScript, workerExperiment, type WorkerTask } from "../worker-script.ts";

const base = { queueLengthMax: 20, faults: [], order: [] };

const scenes: WorkerScript[] = [
  { ...base, known: "Nothing has happened", inFlightMax: 1, workerCount: 1, tasks: [] },
  {
    ...base,
    known: "Some fail",
    inFlightMax: 2,
    workerCount: 2,
    tasks: ["doubles", "fails", "doubles", "fails with a code"],
  },
  {
    ...base,
    known: "One is lost, and carried out again",
    inFlightMax: 1,
    workerCount: 1,
    tasks: ["doubles", "doubles"],
    faults: [{ at: "task", number: 0, fault: "dies" }],
  },
  {
    ...base,
    known: "One is lost twice",
    inFlightMax: 1,
    workerCount: 1,
    tasks: ["kills", "doubles"],
  },
  {
    ...base,
    known: "One cannot be sent, one cannot be answered",
    inFlightMax: 2,
    workerCount: 1,
    tasks: ["cannot be sent", "cannot be answered", "doubles"],
  },
];

export const countsAddUp = workerExperiment({
  promise: "ledger/counts-add-up",
  breaks: ["counts"],
  *cases(budget) {
    yield* scenes;
    for (let round = 0; round < rounds(budget, 100); round++) {
      const random = randomOf(budget.seed, round);
      const workerCount = 1 + random.below(3);
      const kinds: readonly WorkerTask[] = [
        "doubles",
        "doubles",
        "nothing",
        "fails",
        "kills",
        "cannot be sent",
        "cannot be answered",
      ];
      yield {
        inFlightMax: workerCount * (1 + random.below(2)),
        queueLengthMax: 20,
        workerCount,
        tasks: Array.from({ length: 2 + random.below(7) }, () => pick(random, kinds)),
        faults: drawFaults(random, 2),
        order: { drawn: budget.seed * 10_007 + round },
      };
    }
  },
});
