/**
 * A store that keeps refusing ends a call, with a code that says the truth about its effect.
 *
 * From some call on every call goes wrong in one way, right away or after a put whose answer was lost; or the commit is
 * called off before that put is found out. What rejects with a code that promises no effect has had none, then or
 * later; and it ends after at most 4 × attemptsMax tries.
 */
import type { StoreFault } from "#platform/testing/flaky-store.ts";
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { type CommitStep, openings, pay, type Script } from "../script.ts";
import { pick, randomOf } from "../workload.ts";

const faultKinds: readonly StoreFault[] = ["timed out after", "timed out before", "throttled"];

function refused(attemptsMax: number, more: Partial<CommitStep>): Script {
  const batch = [pay("t1", "bank", "ann", 5)];
  return {
    options: { attemptsMax },
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch, ...more },
        { do: "read" },
        { do: "commit", batch },
        { do: "commit", batch: [pay("t2", "bank", "ann", 1)] },
        { do: "read" },
      ],
    ],
    order: [],
  };
}

function* scenes(): Iterable<Script> {
  for (const attemptsMax of [1, 3]) {
    for (let from = 0; from < 6; from++) {
      for (const fault of faultKinds) {
        yield refused(attemptsMax, { refusing: { from, fault } });
        yield refused(attemptsMax, {
          refusing: { from: from + 1, fault },
          faults: [{ call: from, fault: "timed out after" }],
        });
        yield refused(attemptsMax, {
          refusing: { from: from + 1, fault },
          faults: [{ call: from, fault: "timed out before" }],
          rivals: [{ put: 0 }],
        });
      }
      yield refused(attemptsMax, {
        abort: { call: from + 1 },
        faults: [{ call: from, fault: "timed out after" }],
        refusing: { from: from + 1, fault: "throttled" },
      });
    }
  }
  // The signal is aborted one call or two behind a put that timed out, while it is found out what became of it.
  for (const fault of ["timed out after", "timed out before"] as const)
    for (let call = 0; call < 5; call++)
      for (const later of [1, 2])
        yield refused(8, { abort: { call: call + later }, faults: [{ call, fault }] });
  for (const fault of faultKinds) {
    yield refused(8, { refusing: { from: 0, fault, puts: true } });
    yield {
      options: { attemptsMax: 2 },
      clients: [
        [
          { do: "commit", batch: openings },
          { do: "others", count: 1 },
          { do: "read", refusing: { from: 0, fault } },
          { do: "read" },
        ],
      ],
      order: [],
    };
  }
}

export const unknownIsNotNo = scriptExperiment({
  promise: "ledger/unknown-is-not-no",
  breaks: ["unknown", "effect"],
  *cases(budget) {
    yield* scenes();
    for (let round = 0; round < rounds(budget, 120); round++) {
      const random = randomOf(budget.seed, round);
      const from = random.below(10);
      const faults = Array.from({ length: random.below(3) }, () => ({
        call: random.below(from + 1),
        fault: pick(random, faultKinds),
      }));
      const rivals = Array.from({ length: random.below(3) }, (_, put) => ({ put }));
      yield refused(1 + random.below(5), {
        refusing: { from, fault: pick(random, faultKinds) },
        faults,
        rivals,
      });
    }
  },
});
