/** The self-evaluation sheet of a graded attempt: what machines know is filled in, and so is what was answered. */
import { selfEvaluation, readNext, weakest } from "../../../rubric/self-evaluation.ts";
import type { DimensionNumber } from "../../../rubric/shape.ts";
import type { GradeReport } from "../grade/grade-report.ts";
import type { Kata } from "../kata/catalogue.ts";
import { wrap } from "../terminal/text.ts";
import type { Answers } from "./answers.ts";

export interface SheetSubject {
  report: GradeReport;
  kata: Kata;
  answers: Answers;
  date: Date;
  /** As the session called it; null for the kata as it is. */
  variant: string | null;
}

export function selfEvaluationLines(subject: SheetSubject, columns: number): string[] {
  const contents = contentsOf(subject);
  return selfEvaluation.flatMap(({ field, title }) =>
    wrap(`  ${title}: ${contents[field] || "–"}`, columns, "    "),
  );
}

function contentsOf({ report, kata, answers, date, variant }: SheetSubject) {
  const { score, levels, stress } = report;
  const { minutes = "", gapsNamed = "", leftOut = "", actionItem = "" } = answers.selfEvaluation;
  const pointsOf = (number: DimensionNumber) =>
    score.dimensions.find((each) => each.number === number)?.points ?? null;
  const isCoreHeld = levels
    .filter(({ level }) => level <= kata.coreLevel)
    .every(({ held, of }) => held === of);
  const points = score.dimensions.map((each) => each.points ?? "–").join(" ");
  return {
    date: date.toISOString().slice(0, 10),
    kata: variant === null ? kata.name : `${kata.name}, ${variant}`,
    minutes,
    scores: `${points}, total ${score.total ?? "incomplete"}`,
    coreWorking: isCoreHeld ? "Y" : "N",
    stressHeld: stress.status === "held" ? "Y" : "N",
    gapsNamed: gapsNamed === "" ? "N" : `Y, ${gapsNamed}`,
    leftOut,
    actionItem,
    readNext: weakest(pointsOf)
      .slice(0, 2)
      .map((number) => `${number}: ${readNext[number]}`)
      .join("; "),
  };
}
