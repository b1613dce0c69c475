/**
 * Every outcome of a batch is right for the entries before its own.
 *
 * Others commit just before its put: they take the money it wanted, open the account it opens, or bring what was
 * missing. Then two to four validators ask much of little money, in every order that the budget allows. From level 3
 * calls of one validator overlap, and what the store is about to answer to one is too old for the next.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { type Item, open, openings, pay, type Script, type Step } from "../script.ts";
import { Drawer, randomOf } from "../workload.ts";

function overtaken(
  known: string,
  before: Item[],
  batch: Item[],
  rival: Item[],
  policy?: "valid-only",
): Script {
  const step: Step = {
    do: "commit",
    batch,
    rivals: [{ put: 0, batch: rival }],
    ...(policy === undefined ? {} : { policy }),
  };
  return {
    known,
    clients: [
      [{ do: "commit", batch: openings }, { do: "commit", batch: before }, step, { do: "read" }],
    ],
    order: [],
  };
}

const ten = [pay("g1", "bank", "ann", 10)];
const scenes: Script[] = [
  overtaken(
    "Somebody else takes the money",
    ten,
    [pay("t1", "ann", "bob", 10)],
    [pay("r1", "ann", "eve", 10)],
  ),
  overtaken(
    "Somebody else takes some of the money",
    ten,
    [pay("t1", "ann", "bob", 6), pay("t2", "ann", "eve", 4)],
    [pay("r1", "ann", "eve", 4)],
    "valid-only",
  ),
  overtaken(
    "Somebody else brings money, and the rest may happen",
    ten,
    [pay("t1", "ann", "bob", 5), pay("t2", "bob", "eve", 9)],
    [pay("r1", "bank", "bob", 4)],
    "valid-only",
  ),
  overtaken(
    "Somebody else opens the account",
    ten,
    [open("zoe", -5, "mine"), pay("t1", "ann", "bob", 1)],
    [open("zoe", 0, "theirs")],
    "valid-only",
  ),
  overtaken(
    "Somebody else opens the account that is needed",
    ten,
    [pay("t1", "ann", "zoe", 1), pay("t2", "bank", "ann", 1)],
    [open("zoe")],
    "valid-only",
  ),
  overtaken(
    "Somebody else does nothing that matters",
    ten,
    [pay("t1", "ann", "bob", 10)],
    [open("zoe")],
  ),
];

/**
 * Calls of one validator overlap, and between them others open accounts that the next call must know. The store's
 * answers come late, so that what was under way before the call is too old for it.
 */
const answersThatComeLate: Script = (() => {
  const read: Step = { do: "read", unanswered: true };
  const another: Step = { do: "others", count: 1 };
  const gift = (id: string, to: string): Step => ({
    do: "commit",
    batch: [pay(id, "bank", to, 5)],
    unanswered: true,
  });
  return {
    known: "An answer that is under way is older than the call",
    level: 3,
    options: { attemptsMax: 20, isStoreEarly: true },
    clients: [
      [
        { do: "commit", batch: openings },
        read,
        another,
        read,
        gift("t1", "rival-1"),
        another,
        gift("t2", "rival-2"),
        read,
        { do: "answers" },
      ],
    ],
    order: { all: 100 },
  };
})();

/** Whoever leaves a summary at some versions must leave one of what was committed, not of what it is about to put. */
const overtakenByTheWay: Script = {
  known:
    "Somebody is faster whenever it puts something else first, and a new validator looks at it",
  clients: [
    [
      { do: "commit", batch: openings },
      ...Array.from({ length: 105 }, (_, index): Step => ({
        do: "commit",
        batch: [pay(`t${index}`, "bank", "ann", 1)],
        rivals: [{ put: 1 }],
      })),
      { do: "restart" },
      { do: "read" },
    ],
  ],
  order: [],
};

const spend = (client: number): Step[] => [
  { do: "commit", batch: [pay(`s${client}`, "ann", client % 2 === 0 ? "bob" : "eve", 10)] },
  { do: "read" },
];

export const batchesAreJudgedWhereTheyLand = scriptExperiment({
  promise: "ledger/batches-are-judged-where-they-land",
  breaks: ["verdict", "funds", "limits", "schema", "atomic", "rule", "accounts", "memory", "stale"],
  *cases(budget) {
    yield* scenes;
    yield {
      known: "Two spend the same ten cents",
      clients: [
        [
          { do: "commit", batch: openings },
          ...ten.map((one): Step => ({ do: "commit", batch: [one] })),
          ...spend(1),
        ],
        spend(2),
      ],
      order: { all: 250 },
    };
    yield {
      known: "Others commit between the read and the judging",
      clients: [
        [
          { do: "commit", batch: openings },
          {
            do: "plan",
            plan: "P",
            batch: [pay("t1", "bank", "rival-2", 5), open("rival-1", 0, "mine")],
            policy: "valid-only",
            behind: 2,
          },
          { do: "attempt", plan: "P" },
          { do: "read" },
        ],
      ],
      order: [],
    };
    yield answersThatComeLate;
    yield overtakenByTheWay;
    for (let round = 0; round < rounds(budget, 250); round++) {
      const random = randomOf(budget.seed, round);
      const count = 2 + (round % 3);
      const clients = Array.from({ length: count }, (_, client): Step[] => {
        const drawer = new Drawer(random, { gifts: 2, opens: 2, centsMax: 12 }, `c${client}-`);
        const steps: Step[] =
          client === 0
            ? [
                {
                  do: "commit",
                  batch: [...openings, pay("g1", "bank", "ann", 15), pay("g2", "bank", "bob", 15)],
                },
              ]
            : [];
        for (let left = 1 + random.below(3); left > 0; left--)
          steps.push({
            do: "commit",
            batch: drawer.batch(3),
            policy: random.below(2) === 0 ? "valid-only" : "all-or-nothing",
          });
        return [...steps, { do: "read" }];
      });
      yield {
        options: { attemptsMax: 20, ...(round % 4 === 0 ? { rules: ["keep ten"] } : {}) },
        clients,
        order: { drawn: budget.seed * 10_007 + round },
      };
    }
  },
});
