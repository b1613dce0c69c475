/** The task beyond inFlightMax + queueLengthMax is refused with OVERLOADED, and none before it is. */
import { drawPoolScript, type PoolScript, poolExperiment, type PoolStep } from "../pool-script.ts";

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

export const overloadIsRefused = poolExperiment({
  promise: "ledger/overload-is-refused",
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
