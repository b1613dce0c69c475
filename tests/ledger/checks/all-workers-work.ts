/**
 * While tasks wait, workerCount workers have one, and never are more alive.
 *
 * Many tasks meet few workers, some of which die or hang; whenever everything waits, the workers that are alive and
 * those that have something to do are counted.
 */
import { rounds } from "../ledger-experiment.ts";
import { pick, randomOf } from "../workload.ts";
import { type WorkerScript, workerExperiment, type WorkerTask } from "../worker-script.ts";
import { drawFaults } from "../worker-faults.ts";

const many = (count: number): WorkerTask[] => Array.from({ length: count }, () => "doubles");

const scenes: WorkerScript[] = [
  {
    known: "The only worker hangs while tasks wait",
    inFlightMax: 1,
    queueLengthMax: 20,
    workerCount: 1,
    tasks: many(3),
    faults: [{ at: "task", number: 0, fault: "hangs" }],
    order: [],
  },
  {
    known: "Both workers hang while tasks wait",
    inFlightMax: 4,
    queueLengthMax: 20,
    workerCount: 2,
    tasks: many(9),
    faults: [
      { at: "task", number: 0, fault: "hangs" },
      { at: "task", number: 1, fault: "hangs" },
    ],
    order: [],
  },
  {
    known: "Six tasks and three workers",
    inFlightMax: 3,
    queueLengthMax: 20,
    workerCount: 3,
    tasks: many(6),
    faults: [],
    order: [],
  },
  {
    known: "Several tasks for each worker",
    inFlightMax: 6,
    queueLengthMax: 20,
    workerCount: 2,
    tasks: many(14),
    faults: [],
    order: [],
  },
  {
    known: "A worker dies, and another one takes its place",
    inFlightMax: 2,
    queueLengthMax: 20,
    workerCount: 2,
    tasks: many(8),
    faults: [{ at: "task", number: 1, fault: "dies" }],
    order: [],
  },
  {
    known: "A worker hangs, and another one takes its place",
    inFlightMax: 2,
    queueLengthMax: 20,
    workerCount: 2,
    tasks: many(8),
    faults: [{ at: "task", number: 2, fault: "hangs" }],
    order: [],
  },
  {
    known: "A worker dies when it has nothing to do",
    inFlightMax: 2,
    queueLengthMax: 20,
    workerCount: 2,
    tasks: many(8),
    faults: [],
    order: [],
    lastWave: { tasks: 5, dies: [1, 2] },
  },
  {
    known: "A worker cannot be started",
    inFlightMax: 2,
    queueLengthMax: 20,
    workerCount: 2,
    tasks: many(6),
    faults: [{ at: "start", number: 0, fault: "dies" }],
    order: [],
  },
];

export const allWorkersWork = workerExperiment({
  promise: "ledger/all-workers-work",
  breaks: ["idle"],
  *cases(budget) {
    yield* scenes;
    for (let round = 0; round < rounds(budget, 150); round++) {
      const random = randomOf(budget.seed, round);
      const workerCount = 1 + random.below(3);
      const kinds: readonly WorkerTask[] = [
        "doubles",
        "doubles",
        "fails",
        "nothing",
        "cannot be sent",
      ];
      yield {
        inFlightMax: workerCount * (1 + random.below(2)),
        queueLengthMax: 20,
        workerCount,
        tasks: Array.from({ length: 4 + random.below(8) }, () => pick(random, kinds)),
        faults: drawFaults(random, 2),
        order: { drawn: budget.seed * 10_007 + round },
      };
    }
  },
});
