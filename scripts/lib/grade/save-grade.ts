/** Keeps a full grade of an attempt beside it, whole or not at all. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { GradeReport } from "./grade-report.ts";
import type { SubjectLocation } from "./subject-location.ts";

/** Says why it could not be kept, or nothing. */
export function saveGrade(report: GradeReport, subject: SubjectLocation): string | undefined {
  if (subject.kind !== "attempt" || report.partial) return undefined;
  const file = path.join(path.dirname(subject.file), "grade.json");
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, gradeText(report));
    renameSync(draft, file);
    return undefined;
  } catch (error) {
    rmSync(draft, { force: true });
    return `The grade could not be kept in ${file}: ${(error as Error).message}`;
  }
}

export function gradeText(report: GradeReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
