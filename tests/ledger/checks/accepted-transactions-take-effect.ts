/**
 * The accounts are what the accepted transactions have made of them.
 *
 * Batches are handed in one after the other, and the metadata is compared with what was answered: a transaction
 * that was accepted has happened, whole, and nothing else has. What should have been accepted is accepted.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { open, openings, pay, type Script } from "../script.ts";
import { drawSteps, randomOf } from "../workload.ts";

const scenes: Script[] = [
  {
    known: "Money goes on within one batch, in its order",
    clients: [
      [
        { do: "commit", batch: openings },
        {
          do: "commit",
          batch: [
            pay("t1", "bank", "ann", 5),
            pay("t2", "ann", "bob", 5),
            pay("t3", "bob", "eve", 2),
          ],
        },
        { do: "read" },
      ],
    ],
    order: [],
  },
  {
    known: "An account is opened and used in the same batch",
    clients: [
      [
        { do: "commit", batch: [open("bank", -100), open("ann"), pay("t1", "bank", "ann", 7)] },
        { do: "read" },
        {
          do: "commit",
          batch: [open("ann", -5, "again"), open("bob"), pay("t2", "ann", "bob", 1)],
          policy: "valid-only",
        },
      ],
    ],
    order: [],
  },
  {
    known: "Nobody pays himself, or somebody who is not there",
    clients: [
      [
        { do: "commit", batch: openings },
        {
          do: "commit",
          batch: [
            pay("t1", "bank", "bank", 5),
            pay("t2", "bank", "nobody", 5),
            pay("t3", "nobody", "bank", 5),
            pay("t4", "bank", "ann", 1),
          ],
          policy: "valid-only",
        },
      ],
    ],
    order: [],
  },
  {
    known: "Names that mean something to the language",
    clients: [
      [
        {
          do: "commit",
          batch: [
            open("__proto__", -50),
            open("constructor"),
            open("toString"),
            open(" "),
            open("\u00e9"),
            // The same to the eye, and another name.
            open("e\u0301"),
            open("\u00c9"),
            open("\u00e9 "),
            open(`${"x".repeat(63)}1`, 0, "long-1"),
            open(`${"x".repeat(63)}2`, 0, "long-2"),
            open('ä,"\n'),
          ],
        },
        {
          do: "commit",
          batch: [
            pay("__proto__", "__proto__", "constructor", 5),
            pay("t2", "constructor", "toString", 3),
            pay("t3", "toString", " ", 2),
            pay("t3b", "__proto__", "\u00e9", 9),
            pay("t4", " ", 'ä,"\n', 1),
          ],
        },
        { do: "read" },
        {
          do: "commit",
          batch: [pay("t5", "hasOwnProperty", "constructor", 1)],
          policy: "valid-only",
        },
      ],
    ],
    order: [],
  },
  {
    known: "What was rejected can be handed in again under another id",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: [pay("t1", "ann", "bob", 5)], policy: "valid-only" },
        { do: "commit", batch: [pay("t2", "bank", "ann", 5)] },
        { do: "commit", batch: [pay("t3", "ann", "bob", 5)] },
      ],
    ],
    order: [],
  },
];

export const acceptedTransactionsTakeEffect = scriptExperiment({
  promise: "ledger/accepted-transactions-take-effect",
  breaks: ["accounts", "verdict", "stale"],
  *cases(budget) {
    yield* scenes;
    for (let round = 0; round < rounds(budget, 120); round++) {
      const random = randomOf(budget.seed, round);
      yield { clients: [drawSteps(random, { batches: 6, lengthMax: 6 })], order: [] };
    }
  },
});
