/**
 * All that a report is drawn from, and what a section is: a function from it to markup, or to nothing where
 * it has nothing to say. Whoever has more to tell adds its data here and its section to the page.
 */
import type { GradeReport } from "../grade/grade-report.ts";
import type { GradeEntry } from "../journal/journals.ts";
import type { Kata } from "../kata/catalogue.ts";
import type { SessionBehind } from "../mock/session-behind.ts";
import type { Html } from "./html.ts";

export interface ReportData {
  report: GradeReport;
  kata: Pick<Kata, "name" | "title" | "coreLevel" | "levels">;
  /** The subject as the grade calls it: a path. */
  shownAs: string;
  /** `npm run grade …` with what names this subject; gets the options to add. */
  commandWith: (...options: string[]) => string;
  /** Null where the page says the same whenever it is made. */
  gradedAt: Date | null;
  /** Grades of the attempt, this one included, oldest first; none for any other subject. */
  history: readonly GradeEntry[];
  /** The mock session that this is the work of, or that it goes on from; null where there is none. */
  session: SessionBehind | null;
}

export type Section = (data: ReportData) => Html | null;
