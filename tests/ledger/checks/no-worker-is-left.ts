/**
 * After close no worker is alive, whatever the workers and the tasks were doing.
 *
 * The pool is closed while tasks wait and are in flight, while workers start, die and hang, and when it has never
 * had anything to do.
 */
import { rounds } from "../ledger-experiment.ts";
import { drawFaults } from "../worker-faults.ts";
import { pick, randomOf } from "../workload.ts";
import {
  drawAborts,
  type WorkerScript,
  workerExperiment,
  type WorkerTask,
} from "../worker-script.ts";

const base = { queueLengthMax: 20, faults: [], order: [] };

const scenes: WorkerScript[] = [
  { ...base, known: "Nothing was ever done", inFlightMax: 2, workerCount: 2, tasks: [] },
  {
    ...base,
    known: "All tasks are answered",
    inFlightMax: 2,
    workerCount: 2,
    tasks: ["doubles", "doubles", "doubles"],
  },
  {
    ...base,
    known: "Closed at once",
    inFlightMax: 2,
    workerCount: 2,
    tasks: ["doubles", "doubles", "doubles", "fails"],
    closesEarly: true,
  },
  {
    ...base,
    known: "A worker hangs",
    inFlightMax: 2,
    workerCount: 2,
    tasks: ["hangs", "doubles", "doubles"],
    closesEarly: true,
  },
  {
    ...base,
    known: "A worker dies",
    inFlightMax: 1,
    workerCount: 1,
    tasks: ["kills", "doubles"],
    closesEarly: true,
  },
  {
    ...base,
    known: "A worker hangs in a task that is called off",
    inFlightMax: 1,
    workerCount: 1,
    tasks: ["hangs", "doubles"],
    aborts: [{ task: 0, step: 2 }],
    closesEarly: true,
  },
  {
    ...base,
    known: "The last task cannot be sent",
    inFlightMax: 1,
    workerCount: 1,
    tasks: ["doubles", "cannot be sent"],
    closesEarly: true,
  },
  {
    ...base,
    known: "A worker dies when it has nothing to do",
    inFlightMax: 2,
    workerCount: 2,
    tasks: ["doubles", "doubles"],
    lastWave: { tasks: 0, dies: [1] },
  },
];

export const noWorkerIsLeft = workerExperiment({
  promise: "ledger/no-worker-is-left",
  breaks: ["left", "settles"],
  *cases(budget) {
    yield* scenes;
    for (let round = 0; round < rounds(budget, 120); round++) {
      const random = randomOf(budget.seed, round);
      const workerCount = 1 + random.below(3);
      const kinds: readonly WorkerTask[] = [
        "doubles",
        "doubles",
        "fails",
        "kills",
        "hangs",
        "cannot be sent",
        "takes time",
      ];
      const tasks = Array.from({ length: random.below(7) }, () => pick(random, kinds));
      yield {
        inFlightMax: workerCount * (1 + random.below(2)),
        queueLengthMax: 20,
        workerCount,
        tasks,
        aborts: drawAborts(random, tasks.length),
        faults: drawFaults(random, 2),
        order: { drawn: budget.seed * 10_007 + round },
        ...(round % 2 === 0 ? { closesEarly: true } : {}),
      };
    }
  },
});
