/**
 * The shapes of everything in this folder. All of it is data: sentences that people read, and rules that
 * fit on a line. Promises and planted bugs are named by id; no code of theirs is imported.
 */

// ── The score ─────────────────────────────────────────────────────────────────────────────────

export type DimensionNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14;
export type Points = 1 | 2 | 3 | 4 | 5;

export interface Dimension {
  number: DimensionNumber;
  name: string;
  /** What each number of points looks like, from one to five. */
  anchors: readonly [string, string, string, string, string];
  /** Needs somebody who was there: only a listener's score is more than self-assessed. */
  spoken: boolean;
  /** What the questionnaire asks, to be answered by choosing an anchor. */
  asks: string;
}

/** What machines have seen of an attempt, as far as it bears on the score. */
export interface Evidence {
  /** A full grade: nothing was narrowed. */
  complete: boolean;
  typesOk: boolean;
  /** The lowest level with a promise that is broken, hung, crashed, undecided or outside the world; null for none. */
  brokenLevel: number | null;
  levelReached: number;
  levels: number;
  coreLevel: number;
  /** A subject that exports `singleThreaded`. */
  singleThreaded: boolean;
  stress: "held" | "broken" | "skipped";
  /** What a reviewer would block. */
  blocking: number;
  ownTests: { count: number; caught: number; of: number; falseAlarms: number };
  /** Counts such as syncs per put, each beside the most that this kata's rubric allows for 4 or 5 points. */
  operations: readonly { name: string; measured: number; good: number }[];
  /** What the bench found; "stale" where it ran on other code than was graded, null where it did not run. */
  bench: BenchEvidence | "stale" | null;
  hints: number;
  /** Among the hints, those about storage or concurrency fundamentals. */
  hintsOnFundamentals: number;
  /** The reference was opened before the grade. */
  solutionOpened: boolean;
  /** Somebody else's score of dimension 10 is there. */
  listened: boolean;
  /** Dimensions whose claim of 4 or 5 has no quoted line that is really in the notes or in the code. */
  unsupported: readonly DimensionNumber[];
}

/** Always beside the reference, in the same run. */
export interface BenchEvidence {
  /** How many times as fast as the reference, in each course that has a goal. */
  speeds: readonly number[];
  /** How many times as much its cost grows as the reference's, by each thing that grows; empty unless asked for. */
  growths: readonly number[];
}

/** One rule of what a score can be at most, given what was seen. */
export interface Bound {
  /** `types`, `broken-core`, … */
  id: string;
  dimensions: readonly DimensionNumber[];
  /** Why, in the words of the score card. */
  sentence: string;
  /** The most points, or null where the rule does not apply. */
  atMost: (evidence: Evidence, dimension: DimensionNumber) => Points | null;
}

// ── Sessions ──────────────────────────────────────────────────────────────────────────────────

export type FormatName = "staff" | "infrastructure" | "lld";

export interface SessionFormat {
  name: FormatName;
  minutes: number;
  phases: readonly Phase[];
}

export interface Phase {
  /** Unique within its format. */
  id: PhaseId;
  title: string;
  minutes: number;
  /** Under which words the probes for this phase are filed: those of the first before those of the next. */
  probes: readonly ProbePhase[];
  /** How the interviewer opens it. */
  opens: string;
  /** General questions, asked one at a time. */
  questions: readonly string[];
  /** In a phase of code, levels are revealed and the visible tests matter. */
  codes: boolean;
}

/** The words by which probes are filed. */
export type ProbePhase = "clarify" | "design" | "implement" | "concurrency" | "failure" | "wrap-up";

/** `signatures` belongs to the format that has a sketch before it; its probes are those about design. */
export type PhaseId = ProbePhase | "signatures";

// ── What a kata brings ────────────────────────────────────────────────────────────────────────

/** Everything that hints, mock sessions and their packs know about one kata. */
export interface KataRubric {
  kata: string;
  /** The format of its sessions unless another is asked for. */
  format: FormatName;
  /** Two or three spoken sentences that open a session: the problem, less exact than the brief. */
  prompt: string;
  facts: readonly Fact[];
  probes: readonly Probe[];
  hints: readonly Hint[];
  changes: readonly ChangedRequirement[];
  variants: readonly Variant[];
  /** What the counted operations of the grade may cost for a good score, by the name in the grade. */
  operations: readonly { name: string; good: number }[];
  /** The rows of the two sheets in the words of this kata. */
  sheets: { design: readonly SheetRow[]; tradeOffs: readonly SheetRow[] };
}

/** Answers to scale questions. Whatever is not here: "assume something reasonable and say so". */
export interface Fact {
  /** What the candidate asks about: "write rate". */
  about: string;
  answer: string;
}

export interface Probe {
  /** Unique within its kata: `torn-or-rotten`. */
  id: string;
  phase: ProbePhase;
  asks: string;
  strong: string;
  weak: string;
  /** The dimensions that its answer speaks for. */
  dimensions: readonly DimensionNumber[];
  /** Promises whose failure, or whose level not yet reached, makes this probe worth asking first. */
  promises: readonly string[];
}

export interface Hint {
  /** Unique within its kata. */
  id: string;
  level: number;
  /** One on storage or concurrency fundamentals costs more than one on the algorithm. */
  about: "algorithm" | "storage" | "concurrency";
  /** The promises that it helps to keep. */
  promises: readonly string[];
  /** Three rungs, opened one at a time. None is code. */
  nudge: string;
  concept: string;
  mechanism: string;
}

export interface ChangedRequirement {
  id: string;
  /** Asked when this level holds or is under work. */
  level: number;
  says: string;
  /** What an answer within the design looks like, and what a rewrite looks like. */
  strong: string;
  weak: string;
}

export interface Variant {
  name: string;
  /** What is different, in one or two sentences that could open a session. */
  says: string;
  /** What it trains. */
  trains: string;
}

export interface SheetRow {
  /** `structure`, `decoupling`, `concurrency`, `commit`, `consistency`, `cost`, `mode` */
  row: string;
  asks: string;
  /** What a good answer would point to. */
  strong: string;
}
