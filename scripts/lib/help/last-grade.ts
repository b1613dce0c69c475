/** What the last full grade of an attempt has found broken, what to fix first at the front. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { GradeReport } from "../grade/grade-report.ts";
import { isFailing } from "../grade/verdict.ts";
import type { Attempt } from "../kata/attempt.ts";
import type { Kata } from "../kata/catalogue.ts";

/** Nothing where there is no grade, where it cannot be read, or where it is one of another version of the kata. */
export async function brokenInLastGrade(attempt: Attempt, kata: Kata): Promise<string[]> {
  const file = path.join(attempt.folder, "grade.json");
  const text = await readFile(file, "utf8").catch(() => "");
  const grade = gradeIn(text);
  if (grade?.kataVersion !== kata.version || !Array.isArray(grade.invariants)) return [];
  return grade.invariants
    .filter(({ status }) => isFailing(status))
    .sort((left, right) => left.level - right.level)
    .map(({ id }) => id);
}

function gradeIn(text: string): Partial<GradeReport> | undefined {
  try {
    return JSON.parse(text) as Partial<GradeReport>;
  } catch {
    return undefined;
  }
}
