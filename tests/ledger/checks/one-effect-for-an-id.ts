/**
 * A transaction that is handed in again is repeated, in any batch, at any time, through any validator.
 *
 * It comes again in the same batch, in the next one, many versions later, through a new validator, and through two
 * validators at once. It happens once.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { open, openings, pay, type Script, type Step } from "../script.ts";
import { Drawer, randomOf } from "../workload.ts";

const gift = pay("t1", "bank", "ann", 5);

const scenes: Script[] = [
  {
    known: "The same batch again",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: [gift] },
        { do: "commit", batch: [gift] },
        { do: "commit", batch: openings },
        { do: "read" },
      ],
    ],
    order: [],
  },
  {
    known: "Again in the same batch",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: [gift, pay("t2", "ann", "bob", 5), gift] },
        { do: "read" },
      ],
    ],
    order: [],
  },
  {
    known: "Again in the same batch, which loses a race",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: [gift, gift], rivals: [{ put: 0 }, { put: 1 }] },
        { do: "commit", batch: [gift], rivals: [{ put: 0 }] },
        { do: "read" },
      ],
    ],
    order: [],
  },
  {
    known: "Again in a batch that is rejected",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: [gift] },
        { do: "commit", batch: [gift, pay("t2", "ann", "bob", 50)] },
        {
          do: "commit",
          batch: [
            pay("t3", "bank", "ann", 1),
            pay("t3", "bank", "ann", 1),
            pay("t4", "ann", "bob", 50),
          ],
        },
        { do: "read" },
      ],
    ],
    order: [],
  },
  {
    known: "Again with others that are new",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: [gift] },
        { do: "others", count: 3 },
        { do: "commit", batch: [pay("t2", "bank", "ann", 3), gift] },
        { do: "restart" },
        { do: "commit", batch: [pay("t3", "bank", "ann", 3), gift], policy: "valid-only" },
      ],
    ],
    order: [],
  },
  {
    known: "Again behind thousands of others",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: [gift] },
        ...["a", "b"].map((prefix): Step => ({
          do: "commit",
          batch: Array.from({ length: 1000 }, (_, index) =>
            pay(`${prefix}${index}`, "bank", "bob", 1),
          ),
        })),
        { do: "commit", batch: [gift] },
      ],
    ],
    order: [],
  },
  {
    known: "Again behind many entries, through a validator that is new",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: [gift] },
        { do: "others", count: 110 },
        { do: "restart" },
        { do: "commit", batch: [gift] },
        { do: "commit", batch: openings },
        { do: "read" },
      ],
    ],
    order: [],
  },
  {
    known: "An absent limit is the same as 0",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: [open("zoe", undefined, "z")] },
        { do: "commit", batch: [open("zoe", 0, "z")] },
        {
          do: "commit",
          batch: [
            open("yan", 0, "y"),
            { kind: "open", id: "y", account: "yan", balanceMin: { $: "undefined" } },
          ],
        },
      ],
    ],
    order: [],
  },
  {
    known: "What was rejected or withheld is handed in again, and happens",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: [pay("t2", "ann", "bob", 5)] },
        { do: "commit", batch: [pay("t3", "bank", "bob", 1), pay("t2", "ann", "bob", 5)] },
        { do: "commit", batch: [gift] },
        { do: "commit", batch: [pay("t3", "bank", "bob", 1), pay("t2", "ann", "bob", 5)] },
      ],
    ],
    order: [],
  },
  {
    known: "Money that is gone does not matter to what has happened",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: [gift] },
        { do: "commit", batch: [pay("t2", "ann", "bob", 5)] },
        { do: "commit", batch: [pay("t2", "ann", "bob", 5)] },
      ],
    ],
    order: [],
  },
  {
    known: "Two validators at once",
    clients: [
      [{ do: "commit", batch: openings }, { do: "commit", batch: [gift] }, { do: "read" }],
      [
        { do: "commit", batch: [open("bank", -1_000_000), open("ann")] },
        { do: "commit", batch: [gift] },
        { do: "read" },
      ],
    ],
    order: { all: 200 },
  },
];

export const oneEffectForAnId = scriptExperiment({
  promise: "ledger/one-effect-for-an-id",
  breaks: ["repeat", "accounts", "memory"],
  *cases(budget) {
    yield* scenes;
    for (let round = 0; round < rounds(budget, 150); round++) {
      const random = randomOf(budget.seed, round);
      const drawer = new Drawer(random, { again: 5, opens: 1 });
      const steps: Step[] = [{ do: "commit", batch: openings }];
      for (let count = 0; count < 6; count++) {
        steps.push({ do: "commit", batch: drawer.batch(4), policy: "valid-only" });
        if (random.below(4) === 0) steps.push({ do: "restart" });
      }
      const twin: Step[] = [
        { do: "commit", batch: drawer.batch(3), policy: "valid-only" },
        { do: "commit", batch: drawer.batch(3), policy: "valid-only" },
      ];
      yield {
        clients: round % 3 === 0 ? [steps, twin] : [[...steps, ...twin]],
        order: { drawn: budget.seed * 10_007 + round },
        options: { attemptsMax: 16 },
      };
    }
  },
});
