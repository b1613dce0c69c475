/**
 * What the process that runs a learner's tests says to the command that started it.
 * Everything is sent the moment it happens: whatever ends that process, what it had reached is known.
 */
export type TestFileKind = "visible" | "own";

export type TestMessage =
  | { kind: "ready" }
  | { kind: "collected"; file: TestFileKind; tests: string[] }
  | { kind: "ended"; file: TestFileKind; test: string; state: TestState; failure?: TestFailure }
  | { kind: "file-problem"; file: TestFileKind; failure: TestFailure }
  | { kind: "late-problem"; failure: TestFailure }
  | { kind: "output"; text: string }
  | { kind: "done" };

export type TestState = "passed" | "failed" | "skipped";

export interface TestFailure {
  name: string;
  message: string;
  /** "file:line" of the innermost frame in the learner's or the test's file. */
  at?: string;
}

/** What the test process is told on its command line. */
export interface TestProcessOptions {
  root: string;
  subjectFile: string;
  visibleTestFile: string;
  ownTestFile: string;
}

/** The environment variable that names the file of `ProgressNote`s, one a line. */
export const progressFileVariable = "SYSTEMS_KATAS_PROGRESS";

/** What a worker writes down before a test begins; without a test, that it is there. */
export interface ProgressNote {
  process: number;
  testFile?: string;
  test?: string;
}
