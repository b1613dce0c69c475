/**
 * After THROTTLED a call to the store is not made again before the clock has moved.
 *
 * Every call of a commit and of a read is throttled once, or a few times in a row.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { openings, pay, type PlannedFault, type Script } from "../script.ts";
import { randomOf } from "../workload.ts";

function throttled(calls: readonly number[]): Script {
  const faults = calls.map((call): PlannedFault => ({ call, fault: "throttled" }));
  return {
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "others", count: 1 },
        { do: "commit", batch: [pay("t1", "bank", "ann", 5)], faults },
        { do: "others", count: 2 },
        { do: "read", faults },
      ],
    ],
    order: [],
  };
}

export const throttlingIsWaitedOut = scriptExperiment({
  promise: "ledger/throttling-is-waited-out",
  breaks: ["hurry"],
  *cases(budget) {
    for (let call = 0; call < 7; call++) {
      yield throttled([call]);
      yield throttled([call, call + 1, call + 2]);
    }
    for (let round = 0; round < rounds(budget, 20); round++) {
      const random = randomOf(budget.seed, round);
      yield throttled(Array.from({ length: 1 + random.below(5) }, () => random.below(10)));
    }
  },
});
