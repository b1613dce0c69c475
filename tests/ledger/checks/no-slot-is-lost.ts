/** While tasks wait, inFlightMax are in flight, whatever became of those before. */
import { drawPoolScript, type PoolScript, poolExperiment, type PoolStep } from "../pool-script.ts";

const submit = (how: "later" | "throws" | "rejects" | "now"): PoolStep => ({ do: "submit", how });

const scenes: PoolScript[] = [
  {
    known: "Two that throw before their first await",
    inFlightMax: 2,
    queueLengthMax: 4,
    steps: [submit("throws"), submit("throws"), submit("later"), submit("later")],
  },
  {
    known: "One that waited throws",
    inFlightMax: 1,
    queueLengthMax: 4,
    steps: [
      submit("later"),
      submit("throws"),
      submit("rejects"),
      submit("later"),
      { do: "finish", task: 0 },
    ],
  },
  {
    known: "One in flight fails",
    inFlightMax: 1,
    queueLengthMax: 4,
    steps: [submit("later"), submit("later"), { do: "finish", task: 0, fails: true }],
  },
  {
    known: "One in flight heeds its signal",
    inFlightMax: 1,
    queueLengthMax: 4,
    steps: [
      { do: "submit", how: "later", signal: "given", heeds: true },
      submit("later"),
      { do: "abort", task: 0 },
    ],
  },
  {
    known: "One in flight is aborted, and ends later",
    inFlightMax: 1,
    queueLengthMax: 4,
    steps: [
      { do: "submit", how: "later", signal: "given" },
      submit("later"),
      { do: "abort", task: 0 },
      { do: "finish", task: 0 },
    ],
  },
  {
    known: "One that waits is aborted",
    inFlightMax: 1,
    queueLengthMax: 4,
    steps: [
      submit("later"),
      { do: "submit", how: "later", signal: "given" },
      submit("later"),
      { do: "abort", task: 1 },
      { do: "finish", task: 0 },
    ],
  },
];

export const noSlotIsLost = poolExperiment({
  promise: "ledger/no-slot-is-lost",
  breaks: ["slot"],
  scenes,
  rounds: 400,
  draw: (random) =>
    drawPoolScript(random, {
      steps: 18,
      manners: ["later", "later", "now", "throws", "rejects"],
      aborts: true,
      failures: true,
      drains: false,
    }),
});
