/**
 * A rule that is handed in rejects with its own reason, and sees the accounts as they are just before.
 *
 * One of the rules looks at balances: within a batch what came before counts, rejected transactions do not. One
 * gives no letter for a reason. One throws: then the commit rejects with its error, and nothing has happened.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import type { RuleName } from "../rules.ts";
import { open, openings, pay, type Script, type Step } from "../script.ts";
import { drawSteps, pick, randomOf } from "../workload.ts";

function scene(known: string, rules: RuleName[], ...steps: Step[]): Script {
  return {
    known,
    options: { rules },
    clients: [[{ do: "commit", batch: openings }, ...steps]],
    order: [],
  };
}

const scenes: Script[] = [
  scene("A rule that looks at the transaction alone", ["small"], {
    do: "commit",
    batch: [pay("t1", "bank", "ann", 1000), pay("t2", "bank", "ann", 1001)],
    policy: "valid-only",
  }),
  scene("The second of two rules objects", ["small", "no mallory"], {
    do: "commit",
    batch: [open("mallory"), pay("t1", "bank", "ann", 5)],
    policy: "valid-only",
  }),
  scene(
    "A rule sees what the batch has done before",
    ["keep ten"],
    {
      do: "commit",
      batch: [
        pay("t1", "bank", "ann", 15),
        pay("t2", "ann", "bob", 5),
        pay("t3", "ann", "bob", 1),
        pay("t4", "bank", "ann", 3),
        pay("t5", "ann", "bob", 3),
      ],
      policy: "valid-only",
    },
    { do: "commit", batch: [pay("t6", "ann", "bob", 1)], policy: "valid-only" },
  ),
  scene("A rule does not see what was rejected", ["keep ten"], {
    do: "commit",
    batch: [
      pay("t1", "bank", "ann", 15),
      pay("t2", "nobody", "ann", 50),
      pay("t3", "ann", "bob", 6),
    ],
    policy: "valid-only",
  }),
  scene("A reason is a text, and may be the empty one", ["silent on 7"], {
    do: "commit",
    batch: [pay("t1", "bank", "ann", 8), pay("t2", "bank", "ann", 7)],
    policy: "valid-only",
  }),
  scene(
    "A rule throws",
    ["fails on 13"],
    {
      do: "commit",
      batch: [pay("t1", "bank", "ann", 5), pay("t2", "bank", "ann", 13)],
      policy: "valid-only",
    },
    { do: "read" },
    { do: "commit", batch: [pay("t3", "bank", "ann", 5)] },
  ),
];

export const rulesAreAsked = scriptExperiment({
  promise: "ledger/rules-are-asked",
  breaks: ["rule"],
  *cases(budget) {
    yield* scenes;
    const sets: RuleName[][] = [
      ["keep ten"],
      ["small", "keep ten", "no mallory"],
      ["no mallory", "keep ten"],
    ];
    for (let round = 0; round < rounds(budget, 80); round++) {
      const random = randomOf(budget.seed, round);
      const rules = pick(random, sets);
      const mix = { gifts: 3, centsMax: 20 };
      yield {
        options: { rules },
        clients: [drawSteps(random, { batches: 6, lengthMax: 6, mix })],
        order: [],
      };
    }
  },
});
