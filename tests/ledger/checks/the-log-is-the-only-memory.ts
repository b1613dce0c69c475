/**
 * A new validator finds what the ledger of its store and prefix holds, and nothing else.
 *
 * Every few batches a validator of a freshly loaded copy of the code takes over. Beside the ledger there is
 * another one in the same store, and one with the same prefix in another store.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { open, openings, pay, type Script, type Step } from "../script.ts";
import { Drawer, randomOf } from "../workload.ts";

const scenes: Script[] = [
  {
    known: "A new validator commits",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "restart" },
        { do: "commit", batch: [pay("t1", "bank", "ann", 5)] },
        { do: "restart" },
        { do: "commit", batch: [pay("t2", "ann", "bob", 5)] },
      ],
    ],
    order: [],
  },
  {
    known: "Other ledgers lie beside this one",
    options: { hasNeighbours: true },
    clients: [
      [
        { do: "read" },
        { do: "commit", batch: openings },
        { do: "commit", batch: [open("stranger")] },
        { do: "restart" },
        { do: "read" },
      ],
    ],
    order: [],
  },
  {
    known: "More than nine entries",
    clients: [
      [
        { do: "commit", batch: openings },
        ...Array.from({ length: 12 }, (_, index): Step => ({
          do: "commit",
          batch: [pay(`t${index}`, "bank", "ann", index + 1)],
        })),
        { do: "restart" },
        { do: "read" },
        { do: "commit", batch: [pay("last", "ann", "bob", 78)] },
      ],
    ],
    order: [],
  },
  {
    known: "More than ninety-nine entries",
    clients: [
      [
        { do: "others", count: 120 },
        { do: "restart" },
        { do: "commit", batch: openings },
        { do: "restart" },
        { do: "read" },
        { do: "commit", batch: [pay("t1", "bank", "ann", 1)] },
      ],
    ],
    order: [],
  },
];

export const theLogIsTheOnlyMemory = scriptExperiment({
  promise: "ledger/the-log-is-the-only-memory",
  breaks: ["memory"],
  isJudgedByANewOne: true,
  *cases(budget) {
    yield* scenes;
    for (let round = 0; round < rounds(budget, 40); round++) {
      const random = randomOf(budget.seed, round);
      const drawer = new Drawer(random, { opens: 3 });
      const steps: Step[] = [{ do: "commit", batch: openings }];
      for (let count = 0; count < 8; count++) {
        steps.push({ do: "commit", batch: drawer.batch(4), policy: "valid-only" });
        if (random.below(3) === 0) steps.push({ do: "restart" });
      }
      yield {
        clients: [steps],
        order: [],
        ...(round % 4 === 0 ? { options: { hasNeighbours: true } } : {}),
      };
    }
  },
});
