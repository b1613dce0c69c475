/**
 * What a score can be at most, given what machines have seen. Self-scores and machine interviewers err on the
 * side of generosity; a bound lowers what they claim, whoever claims it, and nothing here ever raises it.
 *
 * One rule for each row of evidence. Remarks of lint bound nothing, and format is not judged at all.
 */
import type { BenchEvidence, Bound, DimensionNumber, Evidence, Points } from "./shape.ts";

/** Own tests that a good score of dimension 8, and a pass, ask for. */
export const ownTestsMin = 4;

/** Of the planted bugs of the levels reached: what own tests catch for 4 and for 5 points. */
export const shareCaught = { good: 1 / 2, full: 4 / 5 } as const;

/** A right solution of another structure is easily half as fast as the reference, and not a fifth. */
export const speedMin = 1 / 4;

/** Curves are measured briefly; this is no disturbance, but another order of growth. */
export const growthMax = 10;

/** The highest level whose promises an interviewer would call the heart of the matter. */
const firstLevelsMax = 2;

export const bounds: readonly Bound[] = [
  {
    id: "broken-early",
    dimensions: [5],
    sentence: "a promise of level 1 or 2 does not hold",
    atMost: ({ brokenLevel }) => when(brokenLevel !== null && brokenLevel <= firstLevelsMax, 2),
  },
  {
    id: "broken-late",
    dimensions: [5],
    sentence: "a promise of a later level does not hold",
    atMost: ({ brokenLevel }) => when(brokenLevel !== null && brokenLevel > firstLevelsMax, 3),
  },
  {
    id: "types",
    dimensions: [5, 7],
    sentence: "it does not type-check",
    atMost: ({ typesOk }) => when(!typesOk, 2),
  },
  {
    id: "reviewer-blocks",
    dimensions: [7],
    sentence: "a reviewer would block it",
    atMost: ({ blocking }) => when(blocking > 0, 3),
  },
  {
    id: "stress",
    dimensions: [5],
    sentence: "the stress run broke it or did not run",
    atMost: ({ stress }) => when(stress !== "held", 3),
  },
  {
    id: "single-threaded",
    dimensions: [5],
    sentence: "promises about overlapping calls are declined",
    atMost: ({ singleThreaded }) => when(singleThreaded, 4),
  },
  {
    id: "no-own-tests",
    dimensions: [8],
    sentence: "there are no tests of your own",
    atMost: ({ ownTests }) => when(ownTests.count === 0, 1),
  },
  {
    id: "none-caught",
    dimensions: [8],
    sentence: "own tests catch none of the planted bugs",
    atMost: ({ ownTests }) => when(ownTests.of > 0 && ownTests.caught === 0, 2),
  },
  {
    id: "few-caught",
    dimensions: [8],
    sentence: "own tests catch fewer than half of the planted bugs",
    atMost: ({ ownTests }) => when(caughtShare(ownTests) < shareCaught.good, 3),
  },
  {
    id: "none-tried",
    dimensions: [8],
    sentence: "own tests were tried on no planted bug",
    atMost: ({ ownTests }) => when(ownTests.of === 0, 3),
  },
  {
    id: "some-caught",
    dimensions: [8],
    sentence: "own tests catch fewer than four fifths of the planted bugs",
    atMost: ({ ownTests }) => when(caughtShare(ownTests) < shareCaught.full, 4),
  },
  {
    id: "few-own-tests",
    dimensions: [8],
    sentence: "there are fewer than four tests of your own",
    atMost: ({ ownTests }) => when(ownTests.count < ownTestsMin, 3),
  },
  {
    id: "false-alarm",
    dimensions: [8],
    sentence: "an own test fails on a right implementation",
    atMost: ({ ownTests }) => when(ownTests.falseAlarms > 0, 3),
  },
  {
    id: "operation-counts",
    dimensions: [4, 6],
    sentence: "it does more work than a good solution needs",
    atMost: ({ operations }) =>
      when(
        operations.some(({ measured, good }) => measured > good),
        3,
      ),
  },
  {
    id: "bench-slow",
    dimensions: [4],
    sentence: "in most courses of the bench it is less than a quarter as fast as the reference",
    atMost: ({ bench }) => when(isMostlySlow(measuredBy(bench)?.speeds ?? []), 3),
  },
  {
    id: "bench-grows",
    dimensions: [6],
    sentence: "in the bench its cost grows more than ten times as much as the reference's",
    atMost: ({ bench }) =>
      when(
        (measuredBy(bench)?.growths ?? []).some((growth) => growth > growthMax),
        3,
      ),
  },
  {
    id: "unsupported",
    dimensions: [1, 2, 13, 14],
    sentence: "no line of the notes or of the code supports the claim",
    atMost: ({ unsupported }, dimension) => when(unsupported.includes(dimension), 2),
  },
  {
    id: "core-not-reached",
    dimensions: [11],
    sentence: "the core was not reached",
    atMost: ({ levelReached, coreLevel }) => when(levelReached < coreLevel, 2),
  },
  {
    id: "no-follow-up-reached",
    dimensions: [11],
    sentence: "no level beyond the core was reached",
    atMost: ({ levelReached, coreLevel, levels }) =>
      when(levelReached < levels && levelReached <= coreLevel, 3),
  },
  {
    id: "last-level-not-reached",
    dimensions: [11],
    sentence: "the last level was not reached",
    atMost: ({ levelReached, levels }) => when(levelReached < levels, 4),
  },
  {
    id: "hints",
    dimensions: [12],
    sentence: "each hint opened takes a point",
    atMost: ({ hints }) => when(hints > 0, Math.max(1, 5 - hints) as Points),
  },
  {
    id: "hints-on-fundamentals",
    dimensions: [5],
    sentence: "a hint about storage or concurrency was opened",
    atMost: ({ hintsOnFundamentals }) => when(hintsOnFundamentals > 0, 3),
  },
];

/** What a reader of the score has to know, and what lowers no points. */
export interface Mark {
  id: string;
  /** What it is about: one dimension, or the whole score. */
  dimension: DimensionNumber | null;
  sentence: string;
  applies: (evidence: Evidence) => boolean;
}

export const marks: readonly Mark[] = [
  {
    id: "solution-opened",
    dimension: null,
    sentence: "after reading the solution",
    applies: ({ solutionOpened }) => solutionOpened,
  },
  {
    id: "benched",
    dimension: null,
    sentence: "dimensions 4 and 6 are held against bench.json",
    applies: ({ bench }) => measuredBy(bench) !== null,
  },
  {
    id: "bench-stale",
    dimension: null,
    sentence: "bench.json is of other code than this and counts for nothing",
    applies: ({ bench }) => bench === "stale",
  },
  {
    id: "nobody-listened",
    dimension: 10,
    sentence: "self-assessed",
    applies: ({ listened }) => !listened,
  },
];

/** A bound that applies, and the points that it allows. */
export interface BoundFound {
  id: string;
  sentence: string;
  atMost: Points;
}

/** Every bound that applies to `dimension`, the tightest first. */
export function boundsOn(dimension: DimensionNumber, evidence: Evidence): BoundFound[] {
  const found: BoundFound[] = [];
  for (const { id, sentence, dimensions, atMost } of bounds) {
    if (!dimensions.includes(dimension)) continue;
    const points = atMost(evidence, dimension);
    if (points !== null) found.push({ id, sentence, atMost: points });
  }
  return found.sort((left, right) => left.atMost - right.atMost);
}

export function mostPoints(dimension: DimensionNumber, evidence: Evidence): Points {
  return boundsOn(dimension, evidence)[0]?.atMost ?? 5;
}

function when(applies: boolean, points: Points): Points | null {
  return applies ? points : null;
}

function measuredBy(bench: Evidence["bench"]): BenchEvidence | null {
  return bench === "stale" ? null : bench;
}

function isMostlySlow(speeds: readonly number[]): boolean {
  return speeds.filter((speed) => speed < speedMin).length > speeds.length / 2;
}

/** Where no planted bug was tried, another rule speaks. */
function caughtShare({ caught, of }: Evidence["ownTests"]): number {
  return of === 0 ? 1 : caught / of;
}
