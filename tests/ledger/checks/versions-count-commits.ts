/**
 * Each batch with an accepted transaction takes the next version; one without takes none.
 *
 * Between batches that are committed stand empty ones, ones in which everything is rejected or has happened already,
 * and ones on which a rule fails.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { open, openings, pay, type Script } from "../script.ts";
import { drawSteps, randomOf } from "../workload.ts";

const scenes: Script[] = [
  {
    known: "An empty batch",
    clients: [
      [
        { do: "read" },
        { do: "commit", batch: [] },
        { do: "read" },
        { do: "commit", batch: openings },
        { do: "commit", batch: [], policy: "valid-only" },
        { do: "commit", batch: [pay("t1", "bank", "ann", 1)] },
      ],
    ],
    order: [],
  },
  {
    known: "Everything is rejected",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: [pay("t1", "ann", "bob", 1), "x"], policy: "valid-only" },
        { do: "commit", batch: [pay("t2", "bank", "ann", 1), pay("t3", "ann", "bob", 9)] },
        { do: "read" },
        { do: "commit", batch: [pay("t4", "bank", "ann", 1)] },
      ],
    ],
    order: [],
  },
  {
    known: "A rule throws",
    options: { rules: ["fails on 13"] },
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: [pay("t1", "bank", "ann", 13)] },
        { do: "read" },
        { do: "commit", batch: [pay("t2", "bank", "ann", 1)] },
      ],
    ],
    order: [],
  },
  {
    known: "A plan of nothing",
    clients: [
      [
        { do: "plan", plan: "P", batch: [pay("t1", "bank", "ann", 1)] },
        { do: "attempt", plan: "P" },
        { do: "plan", plan: "Q", batch: openings },
        { do: "attempt", plan: "Q" },
        { do: "commit", batch: [open("zoe")] },
      ],
    ],
    order: [],
  },
  {
    known: "Everything has happened already",
    level: 4,
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch: openings },
        { do: "commit", batch: [...openings, "x"], policy: "valid-only" },
        { do: "read" },
        { do: "commit", batch: [...openings, pay("t1", "bank", "ann", 1)] },
      ],
    ],
    order: [],
  },
  {
    known: "A thousand transactions are one entry",
    clients: [
      [
        {
          do: "commit",
          batch: [
            ...openings,
            ...Array.from({ length: 996 }, (_, index) => pay(`t${index}`, "bank", "ann", 1)),
          ],
        },
        { do: "commit", batch: [pay("last", "ann", "bob", 996)] },
      ],
    ],
    order: [],
  },
];

export const versionsCountCommits = scriptExperiment({
  promise: "ledger/versions-count-commits",
  breaks: ["version", "winner", "effect"],
  *cases(budget) {
    yield* scenes;
    for (let round = 0; round < rounds(budget, 60); round++) {
      const random = randomOf(budget.seed, round);
      const mix = { gifts: 1, centsMax: 90, oddities: 3 };
      yield { clients: [drawSteps(random, { batches: 10, lengthMax: 3, mix })], order: [] };
    }
  },
});
