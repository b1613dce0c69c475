/** A grade that nobody has worked for: the first promise is broken, the others hold. */
import {
  noOwnTests,
  noStress,
  unscored,
  type GradeReport,
} from "../../../scripts/lib/grade/grade-report.ts";
import type { KataPromise } from "../../../scripts/lib/kata/catalogue.ts";

export function madeUpReport(promises: readonly KataPromise[]): GradeReport {
  return {
    schemaVersion: 1,
    kata: "made-up",
    kataVersion: 1,
    suiteHash: "",
    subjectHash: "made up",
    subject: "attempt",
    level: 1,
    seed: 1,
    partial: false,
    node: process.versions.node,
    platform: process.platform,
    verdict: "fail",
    types: { ok: true, problems: [] },
    lint: { ok: true, blocking: [], remarks: [] },
    levels: [{ level: 1, title: "One", held: promises.length - 1, of: promises.length }],
    invariants: promises.map(({ id, level, sentence }, index) => ({
      id,
      level,
      sentence,
      status: index === 0 ? "broken" : "held",
      ms: 1,
      explored: { runs: 1, states: 1 },
      counterexample: null,
      replay: index === 0 ? "1.77" : null,
      looksLike: null,
      reason: null,
    })),
    problem: null,
    stress: noStress,
    operations: {},
    ownTests: noOwnTests,
    score: unscored,
  };
}
