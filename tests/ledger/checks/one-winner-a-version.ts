/**
 * Of all plans for a version one is committed.
 *
 * Two to four validators plan for the same version, and attempt at every moment of the others. Exactly one is
 * answered with the version; the others reject with CONFLICT, and nothing of them is ever seen.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { open, openings, pay, type Script, type Step } from "../script.ts";

function planner(number: number): Step[] {
  return [
    { do: "plan", plan: "P", batch: [pay(`t${number}`, "bank", "ann", number)] },
    { do: "attempt", plan: "P" },
    { do: "read" },
  ];
}

const first: Step[] = [
  { do: "plan", plan: "P", batch: [open("bank", -100), open("ann")] },
  { do: "attempt", plan: "P" },
];

const scenes: Script[] = [
  {
    known: "Two begin a ledger",
    clients: [
      first,
      [
        { do: "plan", plan: "P", batch: [open("zoe")] },
        { do: "attempt", plan: "P" },
      ],
    ],
    order: { all: 400 },
  },
  {
    known: "The same plan is attempted twice",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "plan", plan: "P", batch: [pay("t1", "bank", "ann", 1)] },
        { do: "attempt", plan: "P" },
        { do: "attempt", plan: "P" },
        { do: "read" },
      ],
    ],
    order: [],
  },
  {
    known: "A plan was made before a commit of the same validator",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "plan", plan: "Q", batch: [pay("t2", "bank", "ann", 1)] },
        { do: "commit", batch: [pay("t3", "bank", "ann", 1)] },
        { do: "attempt", plan: "Q" },
      ],
    ],
    order: [],
  },
  {
    known: "A plan is old when it is attempted",
    clients: [
      [
        { do: "commit", batch: openings },
        ...planner(1).slice(0, 1),
        { do: "commit", batch: [pay("t9", "bank", "ann", 9)] },
        { do: "commit", batch: [pay("t8", "bank", "ann", 9)] },
        { do: "attempt", plan: "P" },
        { do: "read" },
      ],
    ],
    order: [],
  },
  {
    known: "A rejected plan attempts nothing",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "plan", plan: "P", batch: [pay("t1", "ann", "bob", 1)] },
        { do: "commit", batch: [pay("t2", "bank", "ann", 1)] },
        { do: "attempt", plan: "P" },
        { do: "read" },
      ],
    ],
    order: [],
  },
];

export const oneWinnerAVersion = scriptExperiment({
  promise: "ledger/one-winner-a-version",
  breaks: ["winner", "version", "effect", "accounts", "stale"],
  *cases(budget) {
    yield* scenes;
    yield {
      clients: [[{ do: "commit", batch: openings }, ...planner(1)], planner(2)],
      order: { all: 250 },
    };
    for (let round = 0; round < rounds(budget, 150); round++) {
      const clients = Array.from({ length: 2 + (round % 3) }, (_, number) => planner(number + 1));
      yield {
        clients: [[{ do: "commit", batch: openings }, ...planner(9)], ...clients],
        order: { drawn: budget.seed * 10_007 + round },
      };
    }
  },
});
