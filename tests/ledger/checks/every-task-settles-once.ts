/** Every task begins in the order of the calls and settles with its own outcome; abort, drain and close do as they say. */
import {
  drawPoolScript,
  type Manner,
  type PoolScript,
  poolExperiment,
  type PoolStep,
} from "../pool-script.ts";

const submit = (how: Manner, signal?: "given" | "aborted"): PoolStep =>
  signal === undefined ? { do: "submit", how } : { do: "submit", how, signal };

const scenes: PoolScript[] = [
  {
    known: "Each has an answer of its own",
    inFlightMax: 2,
    queueLengthMax: 8,
    steps: [
      submit("later"),
      submit("now"),
      submit("later"),
      submit("throws"),
      submit("rejects"),
      submit("now"),
      { do: "finish", task: 2 },
      { do: "finish", task: 0 },
    ],
  },
  {
    known: "One that waits is aborted, and never begins",
    inFlightMax: 1,
    queueLengthMax: 3,
    steps: [
      submit("later"),
      submit("later", "given"),
      submit("later"),
      { do: "abort", task: 1 },
      { do: "finish", task: 0 },
    ],
  },
  {
    known: "One in flight is aborted, and its answer comes too late",
    inFlightMax: 1,
    queueLengthMax: 3,
    steps: [submit("later", "given"), { do: "abort", task: 0 }, { do: "finish", task: 0 }],
  },
  {
    known: "One is aborted before the call",
    inFlightMax: 1,
    queueLengthMax: 3,
    steps: [submit("later", "aborted"), submit("later")],
  },
  {
    known: "One is aborted when it is over",
    inFlightMax: 1,
    queueLengthMax: 3,
    steps: [submit("later", "given"), { do: "finish", task: 0 }, { do: "abort", task: 0 }],
  },
  {
    known: "A drain of nothing, and one of what was submitted before it",
    inFlightMax: 1,
    queueLengthMax: 4,
    steps: [
      { do: "drain" },
      submit("later"),
      submit("later"),
      { do: "drain" },
      submit("later"),
      { do: "finish", task: 0 },
      { do: "finish", task: 1 },
    ],
  },
  {
    known: "A drain waits for one that fails, and one that was aborted in flight",
    inFlightMax: 2,
    queueLengthMax: 4,
    steps: [
      submit("later"),
      submit("later", "given"),
      { do: "drain" },
      { do: "abort", task: 1 },
      { do: "finish", task: 0, fails: true },
      { do: "finish", task: 1 },
    ],
  },
  {
    known: "Each of two drains waits for one that was aborted in flight",
    inFlightMax: 1,
    queueLengthMax: 4,
    steps: [
      submit("later", "given"),
      { do: "abort", task: 0 },
      { do: "drain" },
      { do: "drain" },
      { do: "finish", task: 0 },
      { do: "drain" },
    ],
  },
  {
    known: "Close waits for one that was aborted in flight",
    inFlightMax: 1,
    queueLengthMax: 4,
    steps: [
      submit("later", "given"),
      { do: "abort", task: 0 },
      { do: "close" },
      { do: "finish", task: 0 },
    ],
  },
  {
    known: "What is thrown need not be an error",
    inFlightMax: 1,
    queueLengthMax: 4,
    steps: [submit("throws undefined"), submit("later"), submit("throws undefined")],
  },
  {
    known: "Close carries out those that wait",
    inFlightMax: 1,
    queueLengthMax: 4,
    steps: [
      submit("later"),
      submit("later"),
      { do: "close" },
      submit("later"),
      // Twice is no error, and no shortcut.
      { do: "close" },
      { do: "drain" },
      { do: "finish", task: 0 },
      { do: "finish", task: 1 },
      { do: "close" },
    ],
  },
  {
    known: "Close of a pool that has done nothing",
    inFlightMax: 1,
    queueLengthMax: 0,
    steps: [{ do: "close" }, submit("now")],
  },
];

export const everyTaskSettlesOnce = poolExperiment({
  promise: "ledger/every-task-settles-once",
  breaks: ["settles"],
  scenes,
  rounds: 400,
  draw: (random) =>
    drawPoolScript(random, {
      steps: 18,
      manners: ["later", "later", "now", "throws", "rejects"],
      aborts: true,
      failures: true,
      drains: true,
    }),
});
