/** What a session keeps of the grade that its bell has brought. */
import { inOrderOfFixing } from "../grade/fix-first.ts";
import type { GradeReport, LevelGrade } from "../grade/grade-report.ts";
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
    levelReached: levelReached(levels),
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

function levelReached(levels: readonly LevelGrade[]): number {
  const inOrder = [...levels].sort((left, right) => left.level - right.level);
  const firstOpen = inOrder.findIndex(({ held, of }) => held < of);
  return firstOpen === -1 ? inOrder.length : firstOpen;
}
