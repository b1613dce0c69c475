/**
 * The commit beyond commitsWaitingMax is refused with OVERLOADED, and none before it is.
 *
 * So many commits are called at once, and more, while the store answers none of them, or while slow rules take
 * their time. Whatever became of one, it makes room again; refused ones have had no effect.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { type CommitStep, openings, pay, type Script, type Step } from "../script.ts";
import { randomOf } from "../workload.ts";

const commitsWaitingMaxDefault = 1024;

const unanswered = (id: string, cents = 2): Step => ({
  do: "commit",
  batch: [pay(id, "bank", "ann", cents)],
  unanswered: true,
});

function crowd(commitsWaitingMax: number, count: number, more: Script["options"] = {}): Script {
  const first = Array.from({ length: count }, (_, index) => unanswered(`t${index}`));
  const second = Array.from({ length: count }, (_, index) => unanswered(`u${index}`));
  return {
    options: { commitsWaitingMax, ...more },
    clients: [
      [
        { do: "commit", batch: openings },
        ...first,
        { do: "answers" },
        { do: "commit", batch: [pay("v", "bank", "bob", 2)] },
        ...second,
        { do: "answers" },
        { do: "read" },
      ],
    ],
    order: [],
  };
}

/** Commits that are called off, lose all their races, or are refused by the store for ever. */
function* endedInOtherWays(): Iterable<Script> {
  const gift = (id: string): CommitStep => ({
    do: "commit",
    batch: [pay(id, "bank", "ann", 2)],
  });
  yield {
    options: { commitsWaitingMax: 2, slowRules: ["even"], executor: "any order", slowLast: true },
    clients: [
      [
        { do: "commit", batch: openings },
        unanswered("t1"),
        { ...gift("t2"), abort: "behind another" },
        { ...gift("t3"), abort: "before" },
        unanswered("t4"),
        unanswered("t5"),
        { do: "answers" },
        { ...gift("t6"), abort: "in a slow rule" },
        unanswered("t7"),
        unanswered("t8"),
        unanswered("t9"),
        { do: "answers" },
      ],
    ],
    order: [],
  };
  yield {
    options: { commitsWaitingMax: 1, attemptsMax: 2 },
    clients: [
      [
        { do: "commit", batch: openings },
        { ...gift("t1"), endless: true },
        { ...gift("t2"), endless: true, abort: "in a pause" },
        { ...gift("t3"), refusing: { from: 0, fault: "throttled" } },
        { ...gift("t4"), refusing: { from: 0, fault: "timed out before" } },
        { do: "commit", batch: [] },
        unanswered("t5"),
        unanswered("t6"),
        { do: "answers" },
      ],
    ],
    order: [],
  };
}

/** Each is refused by a slow rule, so that none of so many is put. */
const byDefault: Script = {
  known: "As many commits as may wait by default, and one more",
  options: { slowRules: ["slow on 13"], executor: "any order", slowLast: true },
  clients: [
    [
      ...Array.from({ length: commitsWaitingMaxDefault + 1 }, (_, index) =>
        unanswered(`t${index}`, 13),
      ),
      { do: "answers" },
    ],
  ],
  order: [],
};

export const waitingCommitsAreLimited = scriptExperiment({
  promise: "ledger/waiting-commits-are-limited",
  breaks: ["overload", "effect"],
  *cases(budget) {
    for (const limit of [1, 2, 5]) {
      yield crowd(limit, limit);
      yield crowd(limit, limit + 2);
      yield crowd(limit, limit + 1, { slowRules: ["even"], executor: "any order", slowLast: true });
      yield crowd(limit, limit + 1, { slowRules: ["even"], executor: "pool" });
    }
    // One that is refused for another reason makes room as well.
    yield {
      options: { commitsWaitingMax: 2, slowRules: ["slow on 13"], executor: "any order" },
      clients: [
        [
          { do: "commit", batch: openings },
          unanswered("t1", 13),
          unanswered("t2", 13),
          unanswered("t3"),
          { do: "answers" },
          unanswered("t4"),
          unanswered("t5"),
          unanswered("t6"),
          { do: "answers" },
        ],
      ],
      order: [],
    };
    yield* endedInOtherWays();
    yield byDefault;
    for (let round = 0; round < rounds(budget, 20); round++) {
      const random = randomOf(budget.seed, round);
      const limit = 1 + random.below(4);
      yield {
        ...crowd(limit, limit + random.below(3)),
        order: { drawn: budget.seed * 10_007 + round },
      };
    }
  },
});
