/**
 * How a person stands with one kata.
 *
 * The level is that of the attempt's last full grade, `attempts/<kata>/grade.json`; where there is no attempt,
 * the best of the history. Scores come from the history, which outlives attempts. What is not there, or cannot be
 * read, is unknown and said to be.
 */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { decisive } from "../../../rubric/readiness.ts";
import type { DimensionScore, GradeReport } from "../grade/grade-report.ts";
import { levelReached } from "../grade/level-reached.ts";
import { readGrades } from "../journal/grade-history.ts";
import { historyOfAttempt } from "../mock/history-of-attempt.ts";
import { attemptOf } from "./attempt.ts";
import type { Kata } from "./catalogue.ts";
import { readinessOf, type Readiness } from "./readiness-of.ts";

export interface Standing {
  kata: Kata;
  /** When the learner's file was edited last; undefined when there is none. */
  editedLast: Date | undefined;
  /** The highest level of which all promises, and all below, are held. */
  levelReached: number | undefined;
  /** The best total of any full grade. */
  score: number | undefined;
  /** The totals of full grades, oldest first. */
  totals: readonly number[];
  readiness: Readiness | null;
  /** The dimension with the fewest points in the last full grade. */
  weakest: { name: string; points: number } | undefined;
}

export async function standingOf(kata: Kata, folderOfAttempts: string): Promise<Standing> {
  const attempt = attemptOf(folderOfAttempts, kata);
  const edited = await stat(attempt.subjectFile).catch(() => undefined);
  const editedLast = edited?.isFile() === true ? edited.mtime : undefined;
  const grade = await readGrade(path.join(attempt.folder, "grade.json"));
  const grades = gradesOrNone(() => readGrades(attempt));
  const full = grades.filter(({ partial }) => !partial);
  const totals = full.flatMap(({ total }) => (total === null ? [] : [total]));
  const known = totals.length === 0 && grade?.total !== undefined ? [grade.total] : totals;
  const levelBefore =
    full.length === 0 ? undefined : Math.max(...full.map(({ levelReached }) => levelReached));
  return {
    kata,
    editedLast,
    levelReached: grade?.levelReached ?? (editedLast === undefined ? levelBefore : undefined),
    score: known.length === 0 ? undefined : Math.max(...known),
    totals: known,
    readiness: readinessOf(grades, (await historyOfAttempt(kata, attempt)).ready),
    weakest: weakestOf(grade?.dimensions ?? []),
  };
}

/** A history that cannot be read says nothing; it is left as it is. */
function gradesOrNone(read: () => ReturnType<typeof readGrades>) {
  try {
    return read();
  } catch {
    return [];
  }
}

/** Among equals, those without which no total passes come first. */
function isDecisive(number: number): boolean {
  return decisive.some((each) => each === number);
}

export function weakestOf(dimensions: readonly DimensionScore[]): Standing["weakest"] {
  const [weakest] = dimensions
    .flatMap(({ number, name, points }) => (points === null ? [] : [{ number, name, points }]))
    .sort(
      (left, right) =>
        left.points - right.points ||
        Number(isDecisive(right.number)) - Number(isDecisive(left.number)) ||
        left.number - right.number,
    );
  return weakest === undefined ? undefined : { name: weakest.name, points: weakest.points };
}

interface KnownGrade {
  levelReached: number;
  total: number | undefined;
  dimensions: readonly DimensionScore[];
}

async function readGrade(file: string): Promise<KnownGrade | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { invariants, score } = JSON.parse(text) as Partial<GradeReport>;
    if (invariants === undefined) return undefined;
    const total = score?.total;
    return {
      levelReached: levelReached(invariants),
      total: typeof total === "number" ? total : undefined,
      dimensions: score?.dimensions ?? [],
    };
  } catch {
    // A damaged grade says nothing; the next full grade replaces it.
    return undefined;
  }
}
