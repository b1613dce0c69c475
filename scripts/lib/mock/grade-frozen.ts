/** The grade of the work that a bell has frozen: the whole suite, on the snapshot and nothing later. */
import type { GradeScope } from "../grade/grade-options.ts";
import type { GradeReport } from "../grade/grade-report.ts";
import { gradeSubject } from "../grade/grade-subject.ts";
import { Progress } from "../grade/progress.ts";
import type { SubjectLocation } from "../grade/subject-location.ts";
import type { KataPromise } from "../kata/catalogue.ts";

/** A full grade with the default seed, as `npm run grade` gives it. */
const wholeGrade: GradeScope = {
  levelMax: null,
  only: null,
  seed: 1,
  effort: 1,
  stressSeconds: 3,
  partial: false,
};

export async function gradeFrozen(
  root: string,
  promises: readonly KataPromise[],
  subject: SubjectLocation,
): Promise<GradeReport> {
  const progress = new Progress();
  const { report } = await gradeSubject({ root, subject, promises, scope: wholeGrade, progress });
  return report;
}
