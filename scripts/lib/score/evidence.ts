/** From a grade, and from the help that was given, to what bears on the score. */
import type { DimensionNumber, Evidence } from "../../../rubric/shape.ts";
import type { GradeReport } from "../grade/grade-report.ts";
import { levelReached } from "../grade/level-reached.ts";
import { isFailing } from "../grade/verdict.ts";
import type { Kata } from "../kata/catalogue.ts";

export interface EvidenceSources {
  report: Omit<GradeReport, "score">;
  kata: Kata;
  /** What the kata's rubric allows the counted operations to cost. */
  operations: readonly { name: string; good: number }[];
  /** What the bench has left beside it. */
  bench: Evidence["bench"];
  help: { hints: number; hintsOnFundamentals: number; solutionOpened: boolean };
  /** Somebody else's score of dimension 10 is there. */
  listened: boolean;
  unsupported: readonly DimensionNumber[];
}

export function evidenceOf(sources: EvidenceSources): Evidence {
  const { report, kata, operations, bench, help, listened, unsupported } = sources;
  const { caught, of, falseAlarms, setAside } = report.ownTests;
  // What is red on one's own code, or asks for more than the contract, states no promise.
  const count = report.ownTests.count - setAside.length;
  return {
    complete: !report.partial,
    typesOk: report.types.ok,
    brokenLevel: brokenLevel(report),
    levelReached: levelReached(report.invariants),
    levels: kata.levels.length,
    coreLevel: kata.coreLevel,
    singleThreaded: report.invariants.some(({ status }) => status === "declined"),
    stress: report.stress.status,
    blocking: report.lint.blocking.length,
    ownTests: { count, caught, of, falseAlarms },
    operations: operations.flatMap(({ name, good }) => {
      const measured = report.operations[name];
      return measured === undefined ? [] : [{ name, measured, good }];
    }),
    bench,
    ...help,
    listened,
    unsupported,
  };
}

function brokenLevel({ problem, invariants }: EvidenceSources["report"]): number | null {
  // Code that could not be used has kept nothing.
  if (problem !== null) return 1;
  const broken = invariants.filter(({ status }) => isFailing(status)).map(({ level }) => level);
  return broken.length === 0 ? null : Math.min(...broken);
}
