/**
 * Every grade of an attempt, in the order in which they ended. Narrowed ones are kept and marked: they show
 * that somebody worked, and count for nothing else.
 *
 * A grade that is interrupted has no line. One that is killed while its line is written leaves at most a
 * torn line, which readers pass over.
 */
import type { GradeReport } from "../grade/grade-report.ts";
import { levelReached } from "../grade/level-reached.ts";
import type { Attempt } from "../kata/attempt.ts";
import { journalsOf, type GradeEntry } from "./journals.ts";
import { appendLine, readLines } from "./json-lines.ts";

export interface Occasion {
  at: Date;
  /** The session at whose bell it was graded; null for any other grade. */
  session: number | null;
}

export function gradeEntryOf(report: GradeReport, { at, session }: Occasion): GradeEntry {
  const { kataVersion, subjectHash, seed, partial, verdict, level, invariants, score } = report;
  const { count, caught, of } = report.ownTests;
  const scored = score.dimensions.filter(({ points }) => points !== null);
  return {
    at: at.toISOString(),
    kataVersion,
    subjectHash,
    seed,
    partial,
    verdict,
    level,
    levelReached: levelReached(invariants),
    total: score.total,
    points: Object.fromEntries(scored.map(({ number, points }) => [number, points ?? 0])),
    pass: score.pass,
    ownTests: { count, caught, of },
    session,
  };
}

export async function appendGrade(
  attempt: Attempt,
  report: GradeReport,
  occasion: Occasion,
): Promise<void> {
  await appendLine(journalsOf(attempt).grades, gradeEntryOf(report, occasion));
}

/** Oldest first. */
export function readGrades(attempt: Attempt): GradeEntry[] {
  return readLines(journalsOf(attempt).grades, isGradeEntry);
}

function isGradeEntry(candidate: unknown): candidate is GradeEntry {
  if (typeof candidate !== "object" || candidate === null) return false;
  const entry = candidate as Partial<Record<keyof GradeEntry, unknown>>;
  return (
    typeof entry.at === "string" &&
    typeof entry.subjectHash === "string" &&
    typeof entry.partial === "boolean" &&
    typeof entry.levelReached === "number" &&
    ["pass", "fail", "incomplete"].includes(String(entry.verdict)) &&
    isNumberOrNull(entry.total) &&
    isNumberOrNull(entry.session) &&
    isPoints(entry.points)
  );
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || typeof value === "number";
}

function isPoints(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every((points) => typeof points === "number");
}
