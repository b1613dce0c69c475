/** Never are more than inFlightMax tasks in flight, however they end. */
import { drawPoolScript, type PoolScript, poolExperiment, type PoolStep } from "../pool-script.ts";

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

export const neverMoreInFlight = poolExperiment({
  promise: "ledger/never-more-in-flight",
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
