/**
 * Metadata goes on saying what it said.
 *
 * It is read at every version and kept; after the last commit all of it must say what it said at first. From level 6
 * it says how far a source was done, and others go on with the source.
 */
import { kata } from "#katas/ledger/kata.ts";
import { together } from "../../harness/experiment.ts";
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { processExperiment, sourceName } from "../process-script.ts";
import { open, openings, pay, type Script, type Step } from "../script.ts";
import { Drawer, randomOf } from "../workload.ts";

const scenes: Script[] = [
  {
    known: "Read before there was anything",
    clients: [[{ do: "read" }, { do: "commit", batch: openings }]],
    order: [],
  },
  {
    known: "Balances change after it was read",
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "read" },
        { do: "commit", batch: [pay("t1", "bank", "ann", 5)] },
        { do: "read" },
        { do: "commit", batch: [open("zoe"), pay("t2", "ann", "bob", 5)] },
      ],
    ],
    order: [],
  },
];

const promise = "ledger/metadata-stays-as-read";

const ofCommits = scriptExperiment({
  promise,
  breaks: ["moved"],
  *cases(budget) {
    yield* scenes;
    for (let round = 0; round < rounds(budget, 40); round++) {
      const drawer = new Drawer(randomOf(budget.seed, round), { opens: 3 });
      const steps: Step[] = [{ do: "commit", batch: openings }];
      for (let count = 0; count < 6; count++)
        steps.push({ do: "read" }, { do: "commit", batch: drawer.batch(4), policy: "valid-only" });
      yield { clients: [steps], order: [] };
    }
  },
});

const ofSources = processExperiment({
  promise,
  breaks: ["moved"],
  *cases() {
    const candidates = [
      ...openings,
      "x",
      pay("t1", "bank", "ann", 5),
      null,
      pay("t2", "ann", "bob", 9),
    ];
    for (const mode of ["batch", "stream"] as const)
      yield {
        known: "A part of the source was done before",
        before: { name: sourceName, candidates: candidates.slice(0, 6) },
        candidates,
        processors: [{ mode }],
        keepsMetadata: true,
        order: [],
      };
  },
});

export const metadataStaysAsRead = together(promise, kata.version, [ofCommits, ofSources]);
