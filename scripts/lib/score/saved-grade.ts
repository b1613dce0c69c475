/**
 * The full grade that lies beside an attempt, if it is still the grade of what lies there: same code, same
 * checks, and no own test edited since.
 */
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { GradeReport } from "../grade/grade-report.ts";
import { subjectHash, suiteHash } from "../grade/hashes.ts";
import type { SubjectLocation } from "../grade/subject-location.ts";

export function savedGrade(
  root: string,
  subject: SubjectLocation,
  inputs: readonly string[],
): GradeReport | null {
  if (subject.kind !== "attempt") return null;
  const { kata, testFile } = subject;
  const file = path.join(path.dirname(subject.file), "grade.json");
  const report = reportIn(file);
  if (report?.schemaVersion !== 1 || report.kata !== kata.name || report.partial !== false)
    return null;
  const isOfThis =
    report.kataVersion === kata.version &&
    report.subjectHash === subjectHash(root, inputs) &&
    report.suiteHash === suiteHash(root, kata.name);
  return isOfThis && editedMs(testFile) <= editedMs(file) ? (report as GradeReport) : null;
}

function reportIn(file: string): Partial<GradeReport> | null {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Partial<GradeReport> | null;
  } catch {
    // No grade, or none that can be read: another one is made.
    return null;
  }
}

function editedMs(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
