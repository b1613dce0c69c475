/**
 * An aborted commit rejects with ABORTED, without effect and without a further wait, unless its put succeeds.
 *
 * It is aborted before the call, at each call to the store, in a pause after a lost race, while a slow rule takes
 * its time, and behind another commit that does. What it says must be true: the ledger is read afterwards, and goes
 * on.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { type CommitStep, openings, pay, type Script, type Step } from "../script.ts";
import { randomOf } from "../workload.ts";

function aborted(
  abort: NonNullable<CommitStep["abort"]>,
  more: Partial<CommitStep> = {},
  before: Step[] = [],
): Script {
  return {
    // Time and slow rules come last, so whoever waits for them is seen to wait.
    options: { slowLast: true },
    clients: [
      [
        { do: "commit", batch: openings },
        ...before,
        { do: "commit", batch: [pay("t1", "bank", "ann", 5)], abort, ...more },
        { do: "read" },
        { do: "commit", batch: [pay("t2", "bank", "ann", 1)] },
        { do: "read" },
      ],
    ],
    order: [],
  };
}

function* withSlowRules(): Iterable<Script> {
  const options: Script["options"] = { slowRules: ["even"], executor: "any order", slowLast: true };
  const unanswered: Step = { do: "commit", batch: [pay("u1", "bank", "bob", 2)], unanswered: true };
  yield {
    ...aborted("in a slow rule", { batch: [pay("t1", "bank", "ann", 4)] }),
    options,
    level: 3,
  };
  yield {
    ...aborted("behind another", { batch: [pay("t1", "bank", "ann", 4)] }, [unanswered]),
    options,
    level: 3,
  };
  // Its own rules have been asked, as there is nothing to ask: it waits for its turn and for nothing else.
  yield {
    ...aborted("behind another", { batch: ["no transaction"] }, [unanswered]),
    options,
    level: 3,
  };
  yield {
    ...aborted("before", { batch: [pay("t1", "bank", "ann", 4)] }, [unanswered]),
    options,
    level: 3,
  };
}

export const anAbortedCommitEnds = scriptExperiment({
  promise: "ledger/an-aborted-commit-ends",
  breaks: ["abort", "effect", "version"],
  *cases(budget) {
    yield aborted("before");
    for (let call = 0; call < 8; call++) {
      yield aborted({ call });
      yield aborted({ call }, { rivals: [{ put: 0 }, { put: 1 }] });
      yield aborted({ call }, { rivals: [{ put: 0 }] }, [{ do: "others", count: 2 }]);
    }
    yield aborted("in a pause", { rivals: [{ put: 0 }] });
    yield aborted("in a pause", { endless: true });
    yield* withSlowRules();
    for (let round = 0; round < rounds(budget, 20); round++) {
      const random = randomOf(budget.seed, round);
      const rivals = Array.from({ length: random.below(4) }, (_, put) => ({ put }));
      yield aborted({ call: random.below(14) }, { rivals }, [
        { do: "others", count: random.below(4) },
      ]);
    }
  },
});
