/**
 * One rejected transaction of an "all-or-nothing" batch keeps all of it from happening.
 *
 * The rejected one stands at each place of the batch and is wrong in each way; the policy is given, or left out. From
 * level 4 some are repeated, which rejects nobody.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { type Item, openings, pay, type Script } from "../script.ts";
import { drawSteps, randomOf } from "../workload.ts";

const wrongs: readonly Item[] = [
  pay("w1", "eve", "ann", 1_000),
  pay("w2", "bank", "nobody", 1),
  pay("w3", "bank", "bank", 1),
  { kind: "open", id: "w4", account: "ann" },
  "no transaction",
];

function* scenes(): Iterable<Script> {
  for (const wrong of wrongs) {
    for (let place = 0; place <= 3; place++) {
      const good = [
        pay("t1", "bank", "ann", 5),
        pay("t2", "ann", "bob", 2),
        { kind: "open", id: "t3", account: "new" },
      ];
      const batch = good.toSpliced(place, 0, wrong);
      yield {
        clients: [
          [
            { do: "commit", batch: openings },
            place % 2 === 0
              ? { do: "commit", batch }
              : { do: "commit", batch, policy: "all-or-nothing" },
            { do: "read" },
            { do: "commit", batch: [pay("t4", "bank", "bob", 1)] },
          ],
        ],
        order: [],
      };
    }
  }
}

/** What has happened already is nothing against the others, be it in an earlier entry or in this batch. */
const withRepeated: Script = {
  known: "What is repeated is not rejected",
  level: 4,
  clients: [
    [
      { do: "commit", batch: openings },
      { do: "commit", batch: [pay("t1", "bank", "ann", 5)] },
      { do: "commit", batch: [pay("t2", "bank", "ann", 5), pay("t1", "bank", "ann", 5)] },
      { do: "commit", batch: [pay("t1", "bank", "ann", 5), pay("t3", "bank", "ann", 5)] },
      { do: "commit", batch: [pay("t4", "bank", "bob", 1), pay("t4", "bank", "bob", 1)] },
      { do: "commit", batch: [pay("t5", "bank", "bob", 1), pay("t1", "bank", "bob", 9)] },
    ],
  ],
  order: [],
};

export const batchesAreAtomic = scriptExperiment({
  promise: "ledger/batches-are-atomic",
  breaks: ["atomic"],
  *cases(budget) {
    yield* scenes();
    yield withRepeated;
    for (let round = 0; round < rounds(budget, 60); round++) {
      const random = randomOf(budget.seed, round);
      yield { clients: [drawSteps(random, { batches: 6, lengthMax: 4 })], order: [] };
    }
  },
});
