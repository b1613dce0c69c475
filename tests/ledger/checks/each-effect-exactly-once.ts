/**
 * However often processing is cut off, begun again or done twice at once, each transaction takes effect exactly once.
 *
 * A validator comes to its end at every step of its work, its put under way done or not; it is called off at every
 * step; the store loses answers; and two validators process the same source at the same time.
 */
import type { StoreFault } from "#platform/testing/flaky-store.ts";
import { rounds } from "../ledger-experiment.ts";
import { type Processor, type ProcessScript, processExperiment } from "../process-script.ts";
import { type Item, open, openings, pay, type PlannedFault } from "../script.ts";
import { Drawer, pick, randomOf } from "../workload.ts";

const modes = ["batch", "stream"] as const;
const faultKinds: readonly StoreFault[] = ["timed out after", "timed out before", "throttled"];
const plain: Item[] = [...openings, pay("t1", "bank", "ann", 5), pay("t2", "ann", "bob", 2)];
/** Whoever judges the last but one again, behind the last one, finds that it may happen. */
const late: Item[] = [...openings, pay("t1", "ann", "bob", 5), pay("t2", "bank", "ann", 5)];

function* scenes(): Iterable<ProcessScript> {
  for (const mode of modes) {
    const gaps = plain.map((_, index) => (index % 2 === 0 ? 0 : 60));
    const processors: Processor[] = [{ mode, microBatchMs: 50 }];
    for (let step = 0; step < 14; step++) {
      for (const isDone of [true, false])
        yield { candidates: plain, gaps, processors, order: [], crash: { step, isDone } };
      if (step % 2 === 0) yield { candidates: plain, gaps, processors, order: [], abortAt: step };
    }
    for (let step = 0; step < 14; step++)
      for (const isDone of [true, false])
        yield {
          known: "What was rejected must not be judged again",
          candidates: late,
          processors,
          order: [],
          crash: { step, isDone },
        };
    yield {
      known: "Everything in it has happened already",
      before: { name: "another source", candidates: plain },
      candidates: plain,
      processors: [{ mode }],
      order: [],
    };
    yield {
      known: "Whoever looks comes long afterwards",
      candidates: [...late, "x"],
      processors: [{ mode }],
      later: 110,
      order: [],
    };
    for (const rivals of [1, 3])
      yield {
        known: "Others commit to the same ledger, and what was judged is judged again",
        candidates: [...late, "x"],
        processors: [{ mode }],
        rivals,
        order: [],
      };
    for (let call = 0; call < 4; call++)
      for (const fault of faultKinds)
        yield { candidates: plain, processors: [{ mode, faults: [{ call, fault }] }], order: [] };
  }
}

/** Calls that go wrong are counted for one entry: however many entries a source takes, each may have as many. */
const throttledNowAndThen: ProcessScript = {
  known: "A put of each entry is throttled",
  options: { attemptsMax: 4 },
  candidates: plain,
  gaps: plain.map(() => 12_000),
  processors: [{ mode: "stream", throttlesPuts: true }],
  order: [],
};

/** Sources are told apart by their names, whatever these look like; what is done of one is not done of another. */
function* namesOfSources(): Iterable<ProcessScript> {
  const before = {
    name: "payments ",
    candidates: [open("zoe", -9), pay("z1", "zoe", "nobody", 1), pay("z2", "zoe", "yan", 1), "x"],
  };
  for (const name of ["payments", "PAYMENTS ", "__proto__", "../ä:b\n", "x".repeat(64)])
    for (const mode of modes)
      yield {
        known: "Another source was processed before",
        name,
        before,
        candidates: [...plain, "x"],
        processors: [{ mode }],
        order: [],
      };
}

/**
 * Two process the same source and cut it into batches at other places: what one has ready is done in part by the
 * other, and before that one comes to the rest, the first has committed what lies behind it.
 */
function* outOfStep(): Iterable<ProcessScript> {
  const candidates = [...plain, pay("t3", "bank", "eve", 7), pay("t4", "eve", "bob", 1)];
  const gapsOf = (first: number, second: number, third: number, fourth: number): number[] => [
    first,
    0,
    0,
    0,
    0,
    second,
    third,
    fourth,
  ];
  for (const isFirst of [true, false]) {
    const slow: Processor = { mode: "stream", microBatchMs: 50, gaps: gapsOf(0, 0, 60, 500) };
    const fast: Processor = { mode: "stream", microBatchMs: 50, gaps: gapsOf(5, 0, 0, 51) };
    yield {
      known: "Two validators cut the source into batches at other places",
      candidates,
      processors: isFirst ? [slow, fast] : [fast, slow],
      order: [],
    };
  }
}

export const eachEffectExactlyOnce = processExperiment({
  promise: "ledger/each-effect-exactly-once",
  breaks: ["result", "twice", "poison"],
  *cases(budget) {
    yield* scenes();
    yield* outOfStep();
    yield throttledNowAndThen;
    yield* namesOfSources();
    for (let round = 0; round < rounds(budget, 220); round++) {
      const random = randomOf(budget.seed, round);
      const drawer = new Drawer(random, { centsMax: 12, gifts: 5 });
      const candidates = [
        ...openings,
        ...Array.from({ length: 1 + random.below(6) }, () => drawer.transaction()),
      ];
      const processors = Array.from({ length: 1 + (round % 2) }, (): Processor => {
        const faults = Array.from({ length: random.below(4) }, (): PlannedFault => ({
          call: random.below(12),
          fault: pick(random, faultKinds),
        }));
        return { mode: pick(random, modes), microBatchMs: 50, faults };
      });
      const crash =
        round % 3 === 0 ? {} : { crash: { step: random.below(30), isDone: random.below(2) === 0 } };
      yield {
        options: { attemptsMax: 16 },
        candidates,
        gaps: candidates.map(() => (random.below(3) === 0 ? random.below(120) : 0)),
        ...(random.below(2) === 0 ? { isPaced: true } : {}),
        processors,
        order: { drawn: budget.seed * 10_007 + round },
        ...crash,
      };
    }
  },
});
