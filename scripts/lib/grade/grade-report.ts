/** The grade as data: what `--json` prints and `grade.json` keeps. The order of the keys is fixed here. */
import type { Counterexample, Explored } from "../../../tests/harness/check.ts";
import type { Finding } from "./lint.ts";
import type { TypeProblem } from "./type-problems.ts";

export const statuses = [
  "held",
  "broken",
  "undecided",
  "hung",
  "crashed",
  "outside-world",
  "declined",
  "not-attempted",
  "not-run",
] as const;

export type Status = (typeof statuses)[number];

export interface PromiseGrade {
  id: string;
  level: number;
  sentence: string;
  status: Status;
  ms: number;
  explored: Explored;
  counterexample: Counterexample | null;
  replay: string | null;
  looksLike: string | null;
  /** Why, where no history says it. */
  reason: string | null;
}

export interface LevelGrade {
  level: number;
  title: string;
  held: number;
  of: number;
}

export interface StressGrade {
  status: "held" | "broken" | "skipped";
  /** Why it was skipped; null otherwise. */
  reason: string | null;
  broken: { id: string | null; what: string }[];
  threads: number;
  seconds: number;
  operations: number;
  kills: number;
}

export interface OwnTestsGrade {
  /** All own tests, whatever became of them. */
  count: number;
  /** Planted bugs of the levels reached on which at least one own test is red. */
  caught: number;
  /** The planted bugs that were tried. */
  of: number;
  /** The planted bugs there are: more than were tried where the tests take long. */
  planted: number;
  /** Own tests that are red on a right implementation. */
  falseAlarms: number;
  /** Which ones, and what they said. */
  alarms: { test: string; reason: string }[];
  /** Own tests that were not tried on planted bugs: red on the attempt itself, or asking for more than the contract. */
  setAside: { test: string; reason: string }[];
  /** Promises of planted bugs that were not caught, those of which none was caught first. */
  untested: { id: string; sentence: string; caught: number; of: number }[];
  uncoveredBranches: number;
  /** The first of them, as "file:line". */
  uncovered: string[];
  /** Why the tests could not be run; null otherwise. */
  problem: string | null;
}

/** Where the points of a dimension come from. */
export type ScoreSource = "measured" | "self-scored" | "scored-by" | "not-scored";

export interface DimensionScore {
  number: number;
  name: string;
  /** After the bounds; null while nobody has scored it. */
  points: number | null;
  /** What was claimed before the bounds. */
  claimed: number | null;
  source: ScoreSource;
  /** Who scored it, where that was somebody else. */
  by: string | null;
  /** The rules that hold it down, in words. */
  bounds: string[];
  /** The line of the notes or of the code that a claim of 4 or 5 rests on. */
  quote: string | null;
}

export interface Score {
  /** Null while a dimension has no points. */
  total: number | null;
  of: 70;
  bar: 56;
  /** "Passes" as the rubric defines it; null while the score is incomplete. */
  pass: boolean | null;
  dimensions: DimensionScore[];
  /** "after reading the solution", "3 hints": what a reader of the total has to know. */
  remarks: string[];
}

export type GradeVerdict = "pass" | "fail" | "incomplete";

export interface GradeReport {
  schemaVersion: 1;
  kata: string;
  kataVersion: number;
  suiteHash: string;
  subjectHash: string;
  subject: string;
  /** The level that the subject declares; null when it could not be loaded. */
  level: number | null;
  seed: number;
  partial: boolean;
  node: string;
  platform: string;
  verdict: GradeVerdict;
  types: { ok: boolean; problems: TypeProblem[] };
  lint: { ok: boolean; blocking: Finding[]; remarks: Finding[] };
  levels: LevelGrade[];
  invariants: PromiseGrade[];
  problem: string | null;
  stress: StressGrade;
  operations: Record<string, number>;
  ownTests: OwnTestsGrade;
  score: Score;
}

export const noStress: StressGrade = {
  status: "skipped",
  reason: null,
  broken: [],
  threads: 0,
  seconds: 0,
  operations: 0,
  kills: 0,
};

export const noOwnTests: OwnTestsGrade = {
  count: 0,
  caught: 0,
  of: 0,
  planted: 0,
  falseAlarms: 0,
  alarms: [],
  setAside: [],
  untested: [],
  uncoveredBranches: 0,
  uncovered: [],
  problem: null,
};

export const unscored: Score = {
  total: null,
  of: 70,
  bar: 56,
  pass: null,
  dimensions: [],
  remarks: [],
};
