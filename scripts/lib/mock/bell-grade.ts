/** What a session keeps of the grade that its bell has brought. */
import { inOrderOfFixing } from "../grade/fix-first.ts";
import type { GradeReport } from "../grade/grade-report.ts";
import { levelReached } from "../grade/level-reached.ts";
import type { BellGrade } from "./session-log.ts";

export function bellGradeOf(report: GradeReport): BellGrade {
  const { verdict, problem, level, levels, invariants, types, lint, stress, ownTests } = report;
  const { count, caught, of, falseAlarms } = ownTests;
  const scored = report.score.dimensions.flatMap(({ number, points }) =>
    points === null ? [] : [[String(number), points] as const],
  );
  return {
    verdict,
    problem,
    level,
    levelReached: levelReached(invariants),
    held: levels.reduce((sum, each) => sum + each.held, 0),
    of: levels.reduce((sum, each) => sum + each.of, 0),
    failing: inOrderOfFixing(invariants).map(({ id, level: at, sentence, status, replay }) => ({
      id,
      level: at,
      sentence,
      status,
      replay,
    })),
    typesOk: types.ok,
    blocking: lint.blocking.length,
    stress: stress.status,
    ownTests: { count, caught, of, falseAlarms },
    operations: report.operations,
    total: report.score.total,
    pass: report.score.pass,
    points: Object.fromEntries(scored),
    subjectHash: report.subjectHash,
  };
}
