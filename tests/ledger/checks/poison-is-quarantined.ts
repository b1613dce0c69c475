/**
 * A transaction that is rejected, or on which a rule fails, is quarantined with its offset and reason, and the
 * stream goes on.
 *
 * Poison of every kind stands at every place of a source, the first and the last among them, and alone.
 */
import { rounds } from "../ledger-experiment.ts";
import { type ProcessScript, processExperiment } from "../process-script.ts";
import { type Item, open, openings, pay, type ScriptOptions } from "../script.ts";
import { Drawer, randomOf } from "../workload.ts";

const modes = ["batch", "stream"] as const;
const options: ScriptOptions = {
  rules: ["fails on 13", "small"],
  slowRules: ["slow on 13", "no mallory, slowly"],
  executor: "any order",
};
const poisons: readonly Item[] = [
  pay("p1", "ann", "bob", 1_000),
  pay("p2", "bank", "nobody", 5),
  pay("p3", "bank", "ann", 13),
  pay("p4", "bank", "ann", 2_000),
  { kind: "open", id: "p5", account: "mallory" },
  { kind: "open", id: "p6", account: "ann" },
  pay("p7", "bank", "bank", 5),
  pay("p8", "bank", "ann", 1.5),
  null,
  "no transaction",
];

function* scenes(): Iterable<ProcessScript> {
  const good = pay("g1", "bank", "ann", 5);
  for (const mode of modes) {
    for (const poison of poisons)
      yield { options, candidates: [...openings, poison, good], processors: [{ mode }], order: [] };
    yield {
      options: { rules: ["fails on 13"] },
      candidates: [...openings, pay("p3", "bank", "ann", 13), good],
      processors: [{ mode }],
      order: [],
    };
    yield {
      options: { slowRules: ["slow on 13"], executor: "pool" },
      candidates: [...openings, pay("p3", "bank", "ann", 13), good],
      processors: [{ mode }],
      order: [],
    };
    yield {
      known: "A rule, and a slow rule, that rejects with a text without a letter",
      options: {
        rules: ["silent on 7"],
        slowRules: ["silent on 7, slowly"],
        executor: "any order",
      },
      candidates: [...openings, pay("p7", "bank", "ann", 7), good],
      processors: [{ mode }],
      order: [],
    };
    yield {
      known: "A slow rule fails as a task does that kills its workers",
      options: { slowRules: ["lost on 13"], executor: "any order" },
      candidates: [...openings, pay("p3", "bank", "ann", 13), good],
      processors: [{ mode }],
      order: [],
    };
    yield {
      known: "What has happened already is not rejected",
      options,
      candidates: [...openings, good, good, pay("g1", "bank", "ann", 6), open("ann"), "x"],
      processors: [{ mode }],
      order: [],
    };
    yield {
      known: "Nothing but poison",
      options,
      candidates: ["x", null, pay("p1", "ann", "bob", 1)],
      processors: [{ mode }],
      order: [],
    };
    yield {
      known: "Poison at the beginning and at the end",
      options,
      candidates: ["x", ...openings, good, null],
      processors: [{ mode }],
      order: [],
    };
    yield {
      known: "Poison that comes alone",
      options,
      candidates: [...openings, "x", "y", good],
      gaps: [0, 0, 0, 0, 3000, 3000, 3000],
      processors: [{ mode }],
      order: [],
    };
  }
}

export const poisonIsQuarantined = processExperiment({
  promise: "ledger/poison-is-quarantined",
  breaks: ["poison", "result"],
  *cases(budget) {
    yield* scenes();
    for (let round = 0; round < rounds(budget, 50); round++) {
      const random = randomOf(budget.seed, round);
      const drawer = new Drawer(random, { oddities: 2, centsMax: 20, gifts: 3 });
      const candidates = [
        ...openings,
        ...Array.from({ length: 4 + random.below(10) }, () => drawer.transaction()),
      ];
      yield {
        options,
        candidates,
        processors: [{ mode: modes[round % 2] as "batch" }],
        order: { drawn: budget.seed * 10_007 + round },
      };
    }
  },
});
