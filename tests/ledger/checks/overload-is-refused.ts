/**
 * The task beyond inFlightMax + queueLengthMax is refused with OVERLOADED, and none before it is.
 *
 * In this thread tasks are submitted one by one and together, while others end and are called off. From level 5 more
 * than there is room for meet workers, as many as may be in flight or fewer.
 */
import { kata } from "#katas/ledger/kata.ts";
import { together as jointly } from "../../harness/experiment.ts";
import { rounds } from "../ledger-experiment.ts";
import { drawPoolScript, type PoolScript, poolExperiment, type PoolStep } from "../pool-script.ts";
import { type WorkerScript, workerExperiment } from "../worker-script.ts";
import { randomOf } from "../workload.ts";

const promise = "ledger/overload-is-refused";

const together = (count: number, signal?: "given"): PoolStep[] =>
  Array.from({ length: count }, (_, index) => ({
    do: "submit",
    how: "later",
    ...(signal === undefined ? {} : { signal }),
    ...(index < count - 1 ? { together: true } : {}),
  }));

function* scenes(): Iterable<PoolScript> {
  for (const [inFlightMax, queueLengthMax] of [
    [1, 0],
    [1, 1],
    [2, 0],
    [2, 3],
    [4, 2],
  ] as const)
    yield {
      known: "Two more than there is room for, all at once",
      inFlightMax,
      queueLengthMax,
      steps: [
        ...together(inFlightMax + queueLengthMax + 2),
        { do: "finish", task: 0 },
        ...together(2),
      ],
    };
  yield {
    known: "The place of one that waited and was aborted is free at once",
    inFlightMax: 1,
    queueLengthMax: 1,
    steps: [...together(2, "given"), { do: "abort", task: 1, together: true }, ...together(2)],
  };
  yield {
    known: "One that was aborted in flight still counts",
    inFlightMax: 1,
    queueLengthMax: 1,
    steps: [...together(2, "given"), { do: "abort", task: 0 }, ...together(1)],
  };
}

const inThisThread = poolExperiment({
  promise,
  breaks: ["overload"],
  scenes: [...scenes()],
  rounds: 300,
  draw: (random) =>
    drawPoolScript(random, {
      steps: 20,
      manners: ["later"],
      aborts: random.below(2) === 0,
      failures: false,
      drains: false,
    }),
});

function crowd(
  inFlightMax: number,
  workerCount: number,
  queueLengthMax: number,
  more: number,
): WorkerScript {
  const length = inFlightMax + queueLengthMax + more;
  const tasks = Array.from({ length }, () => "doubles" as const);
  return { inFlightMax, queueLengthMax, workerCount, tasks, faults: [], order: [] };
}

const onWorkers = workerExperiment({
  promise,
  breaks: ["overload"],
  *cases(budget) {
    for (const [inFlightMax, workerCount] of [
      [1, 1],
      [2, 2],
      [4, 2],
      [5, 1],
    ] as const)
      for (const queueLengthMax of [0, 3]) yield crowd(inFlightMax, workerCount, queueLengthMax, 2);
    // One that was lost twice, or could not travel, leaves its place like any other.
    for (const task of ["kills", "cannot be sent", "cannot be answered", "fails"] as const)
      yield {
        inFlightMax: 1,
        queueLengthMax: 1,
        workerCount: 1,
        tasks: [task, task, "doubles", "doubles"],
        faults: [],
        lastWave: { tasks: 2, dies: [] },
        order: [],
      };
    for (let round = 0; round < rounds(budget, 30); round++) {
      const random = randomOf(budget.seed, round);
      const workerCount = 1 + random.below(3);
      yield {
        ...crowd(workerCount + random.below(4), workerCount, random.below(4), random.below(4)),
        order: { drawn: budget.seed * 10_007 + round },
      };
    }
  },
});

export const overloadIsRefused = jointly(promise, kata.version, [inThisThread, onWorkers]);
