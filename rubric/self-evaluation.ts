/**
 * The sheet that a session ends with: one page that is worth keeping. Exactly these fields, in this order.
 */
import { dimensions } from "./dimensions.ts";
import type { DimensionNumber } from "./shape.ts";

export type SelfEvaluationField =
  | "date"
  | "kata"
  | "minutes"
  | "scores"
  | "coreWorking"
  | "stressHeld"
  | "gapsNamed"
  | "leftOut"
  | "actionItem"
  | "readNext";

export interface SelfEvaluationRow {
  field: SelfEvaluationField;
  /** As printed on the sheet. */
  title: string;
  /** What a person has to answer; null where machines or the score know it. */
  asks: string | null;
}

export const selfEvaluation: readonly SelfEvaluationRow[] = [
  { field: "date", title: "Date", asks: null },
  { field: "kata", title: "Kata and variant", asks: null },
  { field: "minutes", title: "Minutes of 75", asks: "How many minutes did you take, of 75?" },
  { field: "scores", title: "14 scores and total", asks: null },
  { field: "coreWorking", title: "Core working (Y/N)", asks: null },
  { field: "stressHeld", title: "Concurrency held under stress (Y/N)", asks: null },
  {
    field: "gapsNamed",
    title: "Production gaps named unprompted (Y/N, which)",
    asks: "Which production gaps did you name before anybody asked?",
  },
  {
    field: "leftOut",
    title: "Left out, and what it would take",
    asks: "What did you leave out, and what would it take?",
  },
  {
    field: "actionItem",
    title: "One action item",
    asks: "What is the one thing that you will do before the next attempt?",
  },
  { field: "readNext", title: "Read next, by weakest dimension", asks: null },
];

/** What to read, or to do, where this dimension is the weakest. */
export const readNext: Readonly<Record<DimensionNumber, string>> = {
  1: "the brief of another kata: write its guarantees down from memory, then compare",
  2: "the facts and assumptions in the reference's NOTES.md, and which question leads to each",
  3: "in-the-interview.ts of the reference: what a simple core leaves out",
  4: "Designing Data-Intensive Applications, chapter 3 (storage and retrieval)",
  5: "Designing Data-Intensive Applications, chapter 3 for storage, chapter 5 for replication",
  6: "the estimates in the reference's essay: derive each number yourself",
  7: "a senior's review of your code, and then the reference",
  8: "the reference's own tests, and katas/platform/testing",
  9: "the next failure picture, step by step, with the command that it calls Step in",
  10: "nothing: hold a session aloud, with somebody who only listens",
  11: "the later levels of the brief, and where the reference puts their seams",
  12: "nothing: hold a session in which somebody objects to every decision",
  13: "the trade-offs in the reference's essay: which number flips each of them",
  14: "Designing Data-Intensive Applications, chapter 5 (replication), and the production gaps of the reference",
};

/** The dimensions with the fewest points, lowest number first; those without points do not count. */
export function weakest(
  pointsOf: (dimension: DimensionNumber) => number | null,
): DimensionNumber[] {
  const scored = dimensions
    .map(({ number }) => ({ number, points: pointsOf(number) }))
    .filter((each): each is { number: DimensionNumber; points: number } => each.points !== null);
  const least = Math.min(...scored.map(({ points }) => points));
  return scored.filter(({ points }) => points === least).map(({ number }) => number);
}
