/** Writes the report of a full grade of an attempt beside it, and of any grade where somebody asked for it. */
import path from "node:path";
import { UsageError } from "../arguments.ts";
import type { GradeReport } from "../grade/grade-report.ts";
import { attemptBehind } from "../grade/frozen-work.ts";
import { commandFor, type SubjectLocation } from "../grade/subject-location.ts";
import { readGrades } from "../journal/grade-history.ts";
import type { GradeEntry } from "../journal/journals.ts";
import { sessionBehind } from "../mock/session-behind.ts";
import type { ReportData } from "./report-data.ts";
import { writeReport } from "./write-report.ts";

/** Says where each report is, or why it could not be written. */
export async function keepReport(
  root: string,
  report: GradeReport,
  subject: SubjectLocation,
  wanted: string | undefined,
): Promise<string[]> {
  const isFullAttempt = subject.kind === "attempt" && !report.partial;
  const beside = path.join(path.dirname(subject.file), "report.html");
  const files = new Set([
    ...(isFullAttempt ? [beside] : []),
    ...(wanted === undefined ? [] : [wanted]),
  ]);
  if (files.size === 0) return [];
  const data: ReportData = {
    report,
    kata: subject.kata,
    shownAs: subject.shownAs,
    commandWith: (...options) => commandFor(subject, ...options),
    gradedAt: new Date(),
    history: subject.kind === "attempt" ? historyOf(subject) : [],
    session: await sessionBehind(root, subject),
  };
  return [...files].map((file) => {
    try {
      writeReport(file, data);
      return `Report: ${file}`;
    } catch (error) {
      if (error instanceof UsageError) return error.message;
      return `The report could not be kept in ${file}: ${(error as Error).message}`;
    }
  });
}

/** A history that cannot be read is left out. */
function historyOf(subject: SubjectLocation): GradeEntry[] {
  try {
    return readGrades(attemptBehind(subject));
  } catch {
    return [];
  }
}
