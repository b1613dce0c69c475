/** Counts the learner's own tests and runs them against the learner's code. Planted bugs are not run yet. */
import { existsSync } from "node:fs";
import { TestRunner } from "../kata/test-run.ts";
import { noOwnTests, type OwnTestsGrade } from "./grade-report.ts";
import type { SubjectLocation } from "./subject-location.ts";

export interface OwnTestsRun {
  grade: OwnTestsGrade;
  /** Sentences about tests that fail on the code they were written for. */
  failing: string[];
}

export async function runOwnTests(root: string, subject: SubjectLocation): Promise<OwnTestsRun> {
  if (!existsSync(subject.testFile)) return { grade: noOwnTests, failing: [] };
  const runner = new TestRunner({
    root,
    subjectFile: subject.file,
    visibleTestFile: "",
    ownTestFile: subject.testFile,
  });
  try {
    const run = await runner.run();
    const results = run?.results ?? [];
    const failing = results
      .filter(({ state }) => state !== "passed" && state !== "skipped")
      .map(({ test, failure }) => (failure === undefined ? test : `${test}: ${failure.message}`));
    for (const { failure } of run?.problems ?? []) failing.push(failure.message);
    return { grade: { ...noOwnTests, count: results.length }, failing };
  } finally {
    runner.close();
  }
}
