/**
 * What stays of a grade of an attempt: a line of its history, and of a full grade the whole beside the attempt.
 * Each is there whole or not at all. A grade of any other file leaves nothing.
 */
import path from "node:path";
import { appendGrade } from "../journal/grade-history.ts";
import type { GradeReport } from "./grade-report.ts";
import { attemptBehind, frozenWorkAt } from "./frozen-work.ts";
import { replaceFile } from "./replace-file.ts";
import type { SubjectLocation } from "./subject-location.ts";

/** Says what could not be kept, and why. A grade of frozen work names its session in the history. */
export async function saveGrade(report: GradeReport, subject: SubjectLocation): Promise<string[]> {
  if (subject.kind !== "attempt") return [];
  const { kata, file } = subject;
  const folder = path.dirname(file);
  const attempt = attemptBehind(subject);
  const session = frozenWorkAt(file, kata)?.session ?? null;
  const problems: string[] = [];
  const keep = async (what: string, write: () => Promise<void> | void) => {
    try {
      await write();
    } catch (error) {
      problems.push(`${what} could not be kept: ${(error as Error).message}`);
    }
  };
  await keep("The line of the history", () =>
    appendGrade(attempt, report, { at: new Date(), session }),
  );
  if (!report.partial) {
    const grade = path.join(folder, "grade.json");
    await keep(`The grade in ${grade}`, () => replaceFile(grade, gradeText(report)));
  }
  return problems;
}

export function gradeText(report: GradeReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
