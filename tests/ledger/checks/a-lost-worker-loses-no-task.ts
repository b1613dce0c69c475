/**
 * The tasks of a worker that dies or hangs are carried out by another; lost twice, a task rejects with WORKER_LOST.
 *
 * Workers die or hang at each moment of their lives, one or several; some tasks kill whoever tries them. Nobody is
 * given up before his time has passed.
 */
import { rounds } from "../ledger-experiment.ts";
import { drawFaults } from "../worker-faults.ts";
import { pick, randomOf } from "../workload.ts";
import { type WorkerScript, workerExperiment, type WorkerTask } from "../worker-script.ts";

const base = { queueLengthMax: 20, faults: [], order: [] };

function* scenes(): Iterable<WorkerScript> {
  for (const fault of ["dies", "hangs"] as const) {
    for (const at of ["start", "task", "answer"] as const)
      for (const number of [0, 1, 2]) {
        yield {
          ...base,
          inFlightMax: 1,
          workerCount: 1,
          tasks: ["doubles", "maps", "doubles"],
          faults: [{ at, number, fault }],
        };
        yield {
          ...base,
          inFlightMax: 4,
          workerCount: 2,
          tasks: ["doubles", "maps", "doubles", "doubles", "doubles"],
          faults: [{ at, number, fault }],
        };
      }
    yield {
      ...base,
      inFlightMax: 1,
      workerCount: 1,
      tasks: ["doubles"],
      faults: [
        { at: "task", number: 0, fault },
        { at: "task", number: 1, fault },
      ],
    };
  }
  yield {
    ...base,
    known: "A task that kills whoever tries it",
    inFlightMax: 2,
    workerCount: 2,
    tasks: ["doubles", "kills", "doubles", "doubles"],
  };
  yield {
    ...base,
    known: "A task that makes whoever tries it hang",
    inFlightMax: 1,
    workerCount: 1,
    tasks: ["hangs", "doubles"],
  };
  yield {
    ...base,
    known: "A task that takes nearly as long as it may",
    inFlightMax: 1,
    workerCount: 1,
    tasks: ["takes time", "takes time", "doubles"],
  };
  yield {
    ...base,
    known: "Tasks that take their time beside one that hangs",
    inFlightMax: 2,
    workerCount: 2,
    tasks: ["hangs", "takes time", "takes time", "takes time"],
  };
  yield {
    ...base,
    known: "Several tasks for each worker, and each takes nearly as long as it may",
    inFlightMax: 4,
    workerCount: 2,
    tasks: ["takes time", "takes time", "takes time", "takes time"],
  };
  yield {
    ...base,
    known: "Several tasks are with a worker that hangs",
    inFlightMax: 3,
    workerCount: 1,
    tasks: ["hangs", "doubles", "doubles"],
  };
  yield {
    ...base,
    known: "Workers are gone when the next tasks are submitted",
    inFlightMax: 2,
    workerCount: 2,
    tasks: ["doubles", "doubles", "doubles", "doubles"],
    lastWave: { tasks: 2, dies: [1, 2], isSeen: true },
  };
  yield {
    ...base,
    known: "Workers die when they have nothing to do",
    inFlightMax: 2,
    workerCount: 2,
    tasks: ["doubles", "doubles", "doubles", "doubles"],
    lastWave: { tasks: 2, dies: [1, 2] },
  };
}

export const aLostWorkerLosesNoTask = workerExperiment({
  promise: "ledger/a-lost-worker-loses-no-task",
  breaks: ["lost", "settles"],
  *cases(budget) {
    yield* scenes();
    for (let round = 0; round < rounds(budget, 150); round++) {
      const random = randomOf(budget.seed, round);
      const workerCount = 1 + random.below(3);
      const kinds: readonly WorkerTask[] = [
        "doubles",
        "doubles",
        "doubles",
        "fails",
        "kills",
        "hangs",
        "takes time",
      ];
      yield {
        inFlightMax: workerCount * (1 + random.below(3)),
        queueLengthMax: 20,
        workerCount,
        tasks: Array.from({ length: 2 + random.below(7) }, () => pick(random, kinds)),
        faults: drawFaults(random, 3),
        order: { drawn: budget.seed * 10_007 + round },
      };
    }
  },
});
