/**
 * Three words that mean three things.
 *
 * - *works*: the machine's verdict on a full grade, and nothing else. It alone decides the exit code.
 * - *passes*: it works, its owner tests its promises, and the score reaches the bar.
 * - *ready*: two timed sessions in a row passed, each from a fresh starter with the solution unopened.
 */
import { ownTestsMin } from "./bounds.ts";
import type { DimensionNumber, Points } from "./shape.ts";

/** Of 70. */
export const bar = 56;

/** Dimensions in which a pass needs four points, however good the rest is. */
export const decisive: readonly DimensionNumber[] = [5, 7, 13, 14];
export const decisivePointsMin: Points = 4;

export interface MachineVerdict {
  verdict: "pass" | "fail" | "incomplete";
  /** A narrowed run covers only what it ran. */
  partial: boolean;
}

export function works({ verdict, partial }: MachineVerdict): boolean {
  return verdict === "pass" && !partial;
}

export interface Standing {
  works: boolean;
  solutionOpened: boolean;
  ownTestCount: number;
  /** Null while a dimension has no points. */
  total: number | null;
  pointsOf: (dimension: DimensionNumber) => number | null;
}

export interface PassCondition {
  id: string;
  /** What is asked for, in the words of the score card. */
  sentence: string;
  /** The dimension that has to rise, if it is one. */
  dimension: DimensionNumber | null;
  holds: (standing: Standing) => boolean;
}

/** In the order in which gaps are worth closing. */
export const passConditions: readonly PassCondition[] = [
  {
    id: "works",
    sentence: "every promise of the core and of your level holds, and so does the stress",
    dimension: null,
    holds: (standing) => standing.works,
  },
  {
    id: "own-tests",
    sentence: `at least ${ownTestsMin} tests of your own that state promises`,
    dimension: 8,
    holds: ({ ownTestCount }) => ownTestCount >= ownTestsMin,
  },
  ...decisive.map((dimension): PassCondition => ({
    id: `decisive-${dimension}`,
    sentence: `at least ${decisivePointsMin} points in dimension ${dimension}`,
    dimension,
    holds: ({ pointsOf }) => (pointsOf(dimension) ?? 0) >= decisivePointsMin,
  })),
  {
    id: "bar",
    sentence: `a total of ${bar} of 70`,
    dimension: null,
    holds: ({ total }) => total !== null && total >= bar,
  },
  {
    id: "solution-unopened",
    sentence: "the solution unopened until then: start over with a fresh attempt",
    dimension: null,
    holds: ({ solutionOpened }) => !solutionOpened,
  },
];

export function gapsOf(standing: Standing): PassCondition[] {
  return passConditions.filter(({ holds }) => !holds(standing));
}

export function passes(standing: Standing): boolean {
  return gapsOf(standing).length === 0;
}

/** A session that ran against the clock, judged as it stood at the bell. */
export interface TimedSession {
  passed: boolean;
  /** Begun from the starter. */
  fresh: boolean;
  solutionOpened: boolean;
  /** What was graded: the same file twice is one piece of work. */
  subjectHash: string;
}

/** `sessions` oldest first. */
export function ready(sessions: readonly TimedSession[]): boolean {
  const [before, last] = sessions.slice(-2);
  if (before === undefined || last === undefined) return false;
  const count = [before, last].every(
    ({ passed, fresh, solutionOpened }) => passed && fresh && !solutionOpened,
  );
  return count && before.subjectHash !== last.subjectHash;
}
