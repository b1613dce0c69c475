/** The grade of the work that a bell has frozen: the whole suite, on the snapshot and nothing later. */
import path from "node:path";
import { inOrderOfFixing } from "../grade/fix-first.ts";
import type { GradeScope } from "../grade/grade-options.ts";
import type { GradeReport, LevelGrade } from "../grade/grade-report.ts";
import { gradeSubject } from "../grade/grade-subject.ts";
import { Progress } from "../grade/progress.ts";
import { attemptLocation, shortName, type SubjectLocation } from "../grade/subject-location.ts";
import type { Kata, KataPromise } from "../kata/catalogue.ts";
import type { BellGrade } from "./session-log.ts";

/** A full grade with the default seed, as `npm run grade` gives it. */
const wholeGrade: GradeScope = {
  levelMax: null,
  only: null,
  seed: 1,
  effort: 1,
  stressSeconds: 3,
  partial: false,
};

/** The frozen attempt, under a name by which `npm run grade` finds it again. */
export function frozenLocation(root: string, kata: Kata, folder: string): SubjectLocation {
  const attempt = attemptLocation(root, kata);
  const file = path.join(folder, path.basename(attempt.file));
  const shownAs = shortName(root, file);
  return {
    ...attempt,
    file,
    shownAs,
    words: [kata.name, shownAs],
    testFile: path.join(folder, path.basename(attempt.testFile)),
  };
}

export async function gradeFrozen(
  root: string,
  promises: readonly KataPromise[],
  subject: SubjectLocation,
): Promise<GradeReport> {
  const progress = new Progress();
  const { report } = await gradeSubject({ root, subject, promises, scope: wholeGrade, progress });
  return report;
}

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
