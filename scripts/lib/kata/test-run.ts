/**
 * One run of the visible and the own tests, and the runner that always has the next process waiting.
 *
 * A run ends when the process is done, when it dies, or when the learner's code does not come back.
 * A test counts as passed only when the process has said so; a test that had begun and never ended is named
 * as the one that hung or that took the process with it.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SilenceWatch } from "./silence-watch.ts";
import type { Attempt } from "./attempt.ts";
import type { Kata } from "./catalogue.ts";
import { endGroup, SpareProcess } from "./spare-process.ts";
import type {
  TestFailure,
  TestFileKind,
  TestMessage,
  TestProcessOptions,
  TestState,
} from "./test-messages.ts";

export type { TestFailure, TestFileKind } from "./test-messages.ts";

const outputLinesMax = 200;

export interface TestResult {
  file: TestFileKind;
  test: string;
  state: TestState | "hung" | "crashed" | "not run";
  failure?: TestFailure;
}

export interface TestRun {
  results: TestResult[];
  /** A file that does not load, a rejection nobody awaited: what went wrong outside any test. */
  problems: { file: TestFileKind | "late"; failure: TestFailure }[];
  /** What the learner's code printed, line by line; the latest lines when it is much. */
  output: string[];
  /** How the process ended if it did not finish: in words. */
  cutOff: string | undefined;
  ms: number;
}

export class TestRunner {
  readonly #spare: SpareProcess;
  readonly #options: TestProcessOptions;
  /** Holds one file of progress notes a run. */
  readonly #notesFolder = mkdtempSync(path.join(tmpdir(), "systems-katas-"));
  readonly #forgetNotes = () => rmSync(this.#notesFolder, { recursive: true, force: true });
  #runs = 0;
  #current: ChildProcess | undefined;

  constructor(options: TestProcessOptions) {
    this.#options = options;
    process.on("exit", this.#forgetNotes);
    const script = path.join(import.meta.dirname, "test-process.ts");
    this.#spare = new SpareProcess(options.root, script, [JSON.stringify(options)]);
  }

  /** Runs the tests. Resolves to undefined when the run was cancelled. */
  async run(): Promise<TestRun | undefined> {
    this.cancel();
    const child = this.#spare.take();
    this.#current = child;
    const notes = path.join(this.#notesFolder, `${(this.#runs += 1)}`);
    const run = await collect(child, notes, this.#options);
    endGroup(child);
    this.#spare.prepare();
    if (this.#current !== child) return undefined;
    this.#current = undefined;
    return run;
  }

  /** Ends the run that is going on, if any. */
  cancel(): void {
    if (this.#current !== undefined) endGroup(this.#current);
    this.#current = undefined;
  }

  close(): void {
    this.cancel();
    this.#spare.close();
    this.#forgetNotes();
    process.off("exit", this.#forgetNotes);
  }
}

type End = "done" | "hung" | "crashed";

/** A runner of a kata's visible tests and an attempt's own ones. */
export function startTestRunner(root: string, kata: Kata, attempt: Attempt): TestRunner {
  return new TestRunner({
    root,
    subjectFile: attempt.subjectFile,
    visibleTestFile: path.join(kata.folder, "example.test.ts"),
    ownTestFile: attempt.testFile,
  });
}

/** Starts the waiting process and listens until it is done, dead or silent. */
function collect(
  child: ChildProcess,
  progressFile: string,
  options: TestProcessOptions,
): Promise<TestRun> {
  const startedAt = performance.now();
  const results = new Map<string, TestResult>();
  const run: TestRun = { results: [], problems: [], output: [], cutOff: undefined, ms: 0 };

  return new Promise((resolve) => {
    const finish = (end: End) => {
      silence.stop();
      child.removeAllListeners("message").removeAllListeners("exit");
      const open = [...results.values()].filter(({ state }) => state === "not run");
      // A worker of the test process may die alone; then the process is done, and its tests are not.
      const ended = end === "done" && open.length > 0 ? "crashed" : end;
      if (ended !== "done") {
        const began = new Set(
          silence.begun().map(({ testFile, test }) => keyOf({ file: kindOf(testFile), test })),
        );
        const during = open.filter((result) => began.has(keyOf(result)));
        for (const result of during) result.state = ended;
        run.cutOff = cutOffSentence(ended, during[0]);
      }
      run.results = [...results.values()];
      run.ms = performance.now() - startedAt;
      resolve(run);
    };
    const kindOf = (testFile: string) => (testFile === options.ownTestFile ? "own" : "visible");
    const silence = new SilenceWatch(progressFile, () => finish("hung"));
    child.on("message", (message: TestMessage) => {
      silence.heard();
      take(message, run, results);
      if (message.kind === "done") finish("done");
    });
    child.once("exit", () => finish("crashed"));
    child.once("error", () => finish("crashed"));
    if (child.connected) child.send({ progressFile }, () => undefined);
  });
}

function take(message: TestMessage, run: TestRun, results: Map<string, TestResult>): void {
  switch (message.kind) {
    case "collected":
      for (const test of message.tests) {
        const result: TestResult = { file: message.file, test, state: "not run" };
        results.set(keyOf(result), result);
      }
      break;
    case "ended": {
      const { kind: _kind, ...result } = message;
      results.set(keyOf(result), result);
      break;
    }
    case "file-problem":
      run.problems.push({ file: message.file, failure: message.failure });
      break;
    case "late-problem":
      run.problems.push({ file: "late", failure: message.failure });
      break;
    case "output":
      run.output.push(...message.text.trimEnd().split("\n"));
      run.output.splice(0, run.output.length - outputLinesMax);
      break;
    case "ready":
    case "done":
  }
}

function keyOf({ file, test }: { file: TestFileKind; test: string }): string {
  return `${file} ${test}`;
}

function cutOffSentence(end: "hung" | "crashed", during: TestResult | undefined): string {
  const where = during === undefined ? "while it was loaded" : `in the test "${during.test}"`;
  return end === "hung"
    ? `Your code did not come back ${where}: an endless loop?`
    : `The process ended ${where}: out of memory, or something ended it.`;
}
