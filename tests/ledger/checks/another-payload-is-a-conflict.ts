/**
 * A different transaction with the id of an accepted one is rejected with ID_CONFLICT.
 *
 * It differs in one property at a time; the first one stands in the same batch, or was committed before. The id of
 * one that was rejected or withheld is still free.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { type Item, open, openings, pay, type Script, type Step } from "../script.ts";
import { Drawer, randomOf } from "../workload.ts";

const pairs: readonly (readonly [Item, Item])[] = [
  [pay("x", "bank", "ann", 5), pay("x", "bank", "ann", 6)],
  [pay("x", "bank", "ann", 5), pay("x", "bank", "bob", 5)],
  [pay("x", "bank", "ann", 5), pay("x", "cash", "ann", 5)],
  [pay("x", "bank", "ann", 5), open("zoe", 0, "x")],
  [open("zoe", 0, "x"), open("yan", 0, "x")],
  [open("zoe", -5, "x"), open("zoe", -6, "x")],
  [open("zoe", -5, "x"), open("zoe", undefined, "x")],
  [open("zoe", 0, "x"), pay("x", "bank", "ann", 5)],
];

function* scenes(): Iterable<Script> {
  const before: Step[] = [{ do: "commit", batch: [...openings, open("cash", -100)] }];
  for (const [first, second] of pairs) {
    yield {
      clients: [
        [
          ...before,
          { do: "commit", batch: [first] },
          { do: "commit", batch: [second] },
          { do: "commit", batch: [pay("t9", "bank", "bob", 1), second], policy: "valid-only" },
          { do: "restart" },
          { do: "commit", batch: [second] },
          { do: "read" },
        ],
      ],
      order: [],
    };
    yield {
      clients: [
        [...before, { do: "commit", batch: [first, second], policy: "valid-only" }, { do: "read" }],
      ],
      order: [],
    };
    yield {
      clients: [
        [
          ...before,
          { do: "commit", batch: [first, second] },
          { do: "commit", batch: [second] },
          { do: "commit", batch: [first] },
        ],
      ],
      order: [],
    };
  }
}

export const anotherPayloadIsAConflict = scriptExperiment({
  promise: "ledger/another-payload-is-a-conflict",
  breaks: ["id"],
  *cases(budget) {
    yield* scenes();
    for (let round = 0; round < rounds(budget, 60); round++) {
      const random = randomOf(budget.seed, round);
      const drawer = new Drawer(random, { again: 5, opens: 2 });
      const steps: Step[] = [{ do: "commit", batch: openings }];
      for (let count = 0; count < 7; count++)
        steps.push({ do: "commit", batch: drawer.batch(4), policy: "valid-only" });
      yield { clients: [steps], order: [] };
    }
  },
});
