/**
 * Tasks on workers answer and fail as in this thread; what cannot travel is refused with NOT_CLONEABLE.
 *
 * Values of every kind that can be cloned travel both ways, errors with their message and code. Inputs and results
 * that cannot be cloned stand among others that can, and harm none of them. Nor do tasks that are called off while they
 * wait or are with a worker.
 */
import { rounds } from "../ledger-experiment.ts";
import { pick, randomOf } from "../workload.ts";
import {
  drawAborts,
  type WorkerScript,
  workerExperiment,
  type WorkerTask,
} from "../worker-script.ts";

const kinds: readonly WorkerTask[] = [
  "doubles",
  "maps",
  "nothing",
  "changes its input",
  "fails",
  "fails with a code",
  "no such kind",
  "cannot be sent",
  "cannot be answered",
  "takes time",
];

function script(tasks: WorkerTask[], inFlightMax: number, workerCount: number): WorkerScript {
  return { inFlightMax, queueLengthMax: 20, workerCount, tasks, faults: [], order: [] };
}

export const threadsAnswerAlike = workerExperiment({
  promise: "ledger/threads-answer-alike",
  breaks: ["outcome"],
  *cases(budget) {
    for (const kind of kinds) yield script([kind], 1, 1);
    for (const kind of kinds) yield script(["doubles", kind, "doubles", "doubles"], 4, 1);
    for (const kind of kinds)
      for (let step = 0; step < 8; step++)
        for (const task of [0, 1])
          yield {
            ...script([kind, "doubles", "doubles"], 1, 1),
            known: "One is called off, and the others are answered",
            aborts: [{ task, step }],
          };
    for (let step = 0; step < 12; step++)
      yield {
        ...script(["doubles", "doubles"], 1, 1),
        known: "One whose worker has died is called off",
        faults: [{ at: "task", number: 0, fault: "dies" }],
        aborts: [{ task: 0, step }],
      };
    for (let round = 0; round < rounds(budget, 60); round++) {
      const random = randomOf(budget.seed, round);
      const tasks = Array.from({ length: 3 + random.below(8) }, () => pick(random, kinds));
      const workerCount = 1 + random.below(3);
      yield {
        ...script(tasks, workerCount * (1 + random.below(3)), workerCount),
        aborts: drawAborts(random, tasks.length),
        order: { drawn: budget.seed * 10_007 + round },
      };
    }
  },
});
