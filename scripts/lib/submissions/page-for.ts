/** One person's page: the report of a grade, with the commands that its owner types. */
import type { GradeReport } from "../grade/grade-report.ts";
import type { Kata } from "../kata/catalogue.ts";
import { reportPage } from "../report/page.ts";

/** It says the same whenever it is made, so that parts put together are what one run would have written. */
export function pageFor(kata: Kata, report: GradeReport): string {
  return reportPage({
    report,
    kata,
    shownAs: report.subject,
    commandWith: (...options) =>
      [`npm run grade ${kata.name}`, ...(options.length === 0 ? [] : ["--", ...options])].join(" "),
    gradedAt: null,
    history: [],
    session: null,
  });
}
