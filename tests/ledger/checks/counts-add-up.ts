/**
 * At any moment counts says how many tasks were accepted, have succeeded and have failed, each counted once.
 *
 * It is asked whenever everything waits, while tasks answer, fail, are lost once and twice, and cannot travel; and
 * in this thread, while tasks are called off and refused.
 */
import { kata } from "#katas/ledger/kata.ts";
import { together } from "../../harness/experiment.ts";
import { drawPoolScript, poolExperiment } from "../pool-script.ts";
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

const promise = "ledger/counts-add-up";

const onWorkers = workerExperiment({
  promise,
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

const inThisThread = poolExperiment({
  promise,
  breaks: ["counts"],
  scenes: [
    {
      known: "One in flight is called off, and ends later",
      inFlightMax: 1,
      queueLengthMax: 2,
      steps: [
        { do: "submit", how: "later", signal: "given" },
        { do: "abort", task: 0 },
        { do: "submit", how: "later" },
      ],
    },
    {
      known: "A kind without a handler is refused",
      inFlightMax: 1,
      queueLengthMax: 2,
      steps: [
        { do: "submit", how: "has no handler" },
        { do: "submit", how: "later" },
        { do: "submit", how: "has no handler" },
        { do: "finish", task: 1 },
      ],
    },
  ],
  rounds: 120,
  draw: (random) =>
    drawPoolScript(random, {
      steps: 14,
      manners: ["later", "later", "now", "throws", "rejects"],
      aborts: true,
      failures: true,
      drains: true,
    }),
});

export const countsAddUp = together(promise, kata.version, [onWorkers, inThisThread]);
