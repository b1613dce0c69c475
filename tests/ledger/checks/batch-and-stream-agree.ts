/**
 * A source gives the same accounts and the same quarantine in both modes; 256 transactions that are ready take at
 * most 8 versions.
 *
 * Each source is processed as a batch and as a stream, all at once and over time, and compared with what the
 * model makes of it. Sources that fail or never end are followed by one that does neither.
 */
import { rounds } from "../ledger-experiment.ts";
import { type ProcessScript, processExperiment } from "../process-script.ts";
import { type Item, openings, pay } from "../script.ts";
import { Drawer, pick, randomOf } from "../workload.ts";

const modes = ["batch", "stream"] as const;
const plain: Item[] = [
  ...openings,
  pay("t1", "bank", "ann", 5),
  pay("t2", "ann", "bob", 9),
  pay("t3", "ann", "bob", 2),
];

function* scenes(): Iterable<ProcessScript> {
  for (const mode of modes) {
    const processors = [{ mode }];
    yield { candidates: [], processors, order: [] };
    yield { candidates: plain, processors, order: [] };
    yield {
      known: "It comes over time",
      candidates: plain,
      gaps: plain.map((_, index) => 400 * (index % 4)),
      processors,
      order: [],
    };
    const many = [
      ...openings,
      ...Array.from({ length: 252 }, (_, index) =>
        pay(`t${index}`, "bank", index % 2 === 0 ? "ann" : "bob", 1),
      ),
    ];
    yield {
      known: "256 transactions are ready at once",
      candidates: many,
      processors,
      order: [],
      versionsMax: 8,
    };
    for (const throwsAt of [0, 3, plain.length])
      yield {
        known: "The reader fails",
        candidates: plain,
        ends: { throwsAt },
        processors,
        order: [],
      };
    yield {
      known: "The source never ends, and is called off",
      candidates: plain,
      ends: "never",
      processors,
      order: [],
    };
    yield {
      known: "It never ends, and gives nothing",
      candidates: [],
      ends: "never",
      processors,
      order: [],
    };
  }
}

export const batchAndStreamAgree = processExperiment({
  promise: "ledger/batch-and-stream-agree",
  breaks: ["result", "twice", "poison", "versions"],
  *cases(budget) {
    yield* scenes();
    for (let round = 0; round < rounds(budget, 40); round++) {
      const random = randomOf(budget.seed, round);
      const drawer = new Drawer(random, { oddities: 1, centsMax: 20 });
      const candidates = [
        ...openings,
        ...Array.from({ length: random.below(20) }, () => drawer.transaction()),
      ];
      const gaps =
        round % 3 === 0
          ? candidates.map(() => (random.below(3) === 0 ? random.below(900) : 0))
          : [];
      for (const mode of modes)
        yield {
          candidates,
          gaps,
          processors: [{ mode, microBatchMs: pick(random, [1, 50, 1000]) }],
          order: [],
        };
    }
  },
});
