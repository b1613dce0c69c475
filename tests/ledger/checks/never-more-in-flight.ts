/**
 * Never are more than inFlightMax tasks in flight, however they end.
 *
 * In this thread handlers end as told, in time, late, aborted or with an error. From level 5 tasks are on workers
 * that die and hang while others wait: what is lost begins once more, and needs a slot like any other.
 */
import { kata } from "#katas/ledger/kata.ts";
import { together } from "../../harness/experiment.ts";
import { rounds } from "../ledger-experiment.ts";
import { drawPoolScript, type PoolScript, poolExperiment, type PoolStep } from "../pool-script.ts";
import { drawFaults } from "../worker-faults.ts";
import { type WorkerScript, workerExperiment, type WorkerTask } from "../worker-script.ts";
import { pick, randomOf } from "../workload.ts";

const promise = "ledger/never-more-in-flight";

const submits = (count: number): PoolStep[] =>
  Array.from({ length: count }, () => ({ do: "submit", how: "later", signal: "given" }));

const scenes: PoolScript[] = [
  {
    known: "A task that is aborted in flight still takes its slot",
    inFlightMax: 1,
    queueLengthMax: 3,
    steps: [...submits(3), { do: "abort", task: 0 }, { do: "finish", task: 0 }],
  },
  {
    known: "One ends and is aborted as well",
    inFlightMax: 2,
    queueLengthMax: 4,
    steps: [
      ...submits(5),
      { do: "finish", task: 0 },
      { do: "abort", task: 0 },
      { do: "abort", task: 1 },
      { do: "finish", task: 1 },
    ],
  },
  {
    known: "One that throws frees one slot",
    inFlightMax: 2,
    queueLengthMax: 6,
    steps: [
      { do: "submit", how: "later" },
      { do: "submit", how: "later" },
      { do: "submit", how: "throws" },
      { do: "submit", how: "rejects" },
      { do: "submit", how: "later" },
      { do: "submit", how: "later" },
      { do: "submit", how: "later" },
      { do: "finish", task: 0 },
    ],
  },
  {
    known: "One that waits is aborted, and one in flight ends",
    inFlightMax: 1,
    queueLengthMax: 3,
    steps: [...submits(4), { do: "abort", task: 1 }, { do: "finish", task: 0 }],
  },
];

const inThisThread = poolExperiment({
  promise,
  breaks: ["too many"],
  scenes,
  rounds: 400,
  draw: (random) =>
    drawPoolScript(random, {
      steps: 18,
      manners: ["later", "later", "later", "now", "throws", "rejects"],
      aborts: true,
      failures: true,
      drains: false,
    }),
});

const many = (count: number): WorkerTask[] => Array.from({ length: count }, () => "doubles");

const workerScenes: WorkerScript[] = (["dies", "hangs"] as const).flatMap((fault) =>
  [0, 1, 3].map((number): WorkerScript => ({
    known: "A worker is lost while others wait",
    inFlightMax: 4,
    queueLengthMax: 20,
    workerCount: 2,
    tasks: many(10),
    faults: [{ at: "task", number, fault }],
    order: [],
  })),
);

const onWorkers = workerExperiment({
  promise,
  breaks: ["too many"],
  *cases(budget) {
    yield* workerScenes;
    for (let round = 0; round < rounds(budget, 80); round++) {
      const random = randomOf(budget.seed, round);
      const workerCount = 1 + random.below(3);
      const kinds: readonly WorkerTask[] = ["doubles", "doubles", "fails", "kills", "takes time"];
      yield {
        inFlightMax: workerCount + random.below(4),
        queueLengthMax: 20,
        workerCount,
        tasks: Array.from({ length: 4 + random.below(10) }, () => pick(random, kinds)),
        faults: drawFaults(random, 3),
        order: { drawn: budget.seed * 10_007 + round },
      };
    }
  },
});

export const neverMoreInFlight = together(promise, kata.version, [inThisThread, onWorkers]);
