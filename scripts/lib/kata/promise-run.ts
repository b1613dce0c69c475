/**
 * A quick look at the promises of the declared level, through the grader's contained children.
 *
 * It is no grade: its budget is a small part of one. What it finds broken is broken; what it finds held
 * a grade may still break.
 */
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { inOrderOfFixing } from "../grade/fix-first.ts";
import type { PromiseGrade } from "../grade/grade-report.ts";
import type { Kata, KataPromise } from "./catalogue.ts";
import { endGroup, SpareProcess } from "./spare-process.ts";

/** What the process that judges is told on its command line … */
export interface PromiseProcessOptions {
  root: string;
  kata: Kata;
  subjectFile: string;
  promises: readonly KataPromise[];
}

/** … and when it is to begin. */
export interface PromiseQuestion {
  level: number;
}

export type PromiseMessage = { grades: PromiseGrade[] } | { problem: string };

export interface PromiseRun {
  /** Held, or declined for a reason that the contract accepts. */
  held: number;
  of: number;
  /** What does not hold, in the order of fixing. */
  failing: PromiseGrade[];
  /** Why nothing could be tried, as a sentence. */
  problem: string | undefined;
  ms: number;
}

export class PromiseRunner {
  readonly #promises: readonly KataPromise[];
  readonly #spare: SpareProcess;
  #current: ChildProcess | undefined;

  constructor(options: PromiseProcessOptions) {
    const script = path.join(import.meta.dirname, "promise-process.ts");
    this.#promises = options.promises;
    this.#spare = new SpareProcess(options.root, script, [JSON.stringify(options)]);
  }

  /** Tries the promises up to `level`. Resolves to undefined when the look was cancelled. */
  async run(level: number): Promise<PromiseRun | undefined> {
    this.cancel();
    const child = this.#spare.take();
    this.#current = child;
    const startedAt = performance.now();
    const answer = await ask(child, { level });
    this.#spare.prepare();
    if (this.#current !== child) return undefined;
    this.#current = undefined;
    const of = this.#promises.filter((promise) => promise.level <= level).length;
    return runOf(of, answer, performance.now() - startedAt);
  }

  /** Ends the look that is going on, if any. */
  cancel(): void {
    if (this.#current !== undefined) endGroup(this.#current, "SIGTERM");
    this.#current = undefined;
  }

  close(): void {
    this.cancel();
    this.#spare.close();
  }
}

function ask(child: ChildProcess, question: PromiseQuestion): Promise<PromiseMessage> {
  return new Promise((resolve) => {
    child.once("message", (message: PromiseMessage) => resolve(message));
    const gone = () => resolve({ problem: "the process that tries them has ended." });
    child.once("exit", gone);
    child.once("error", gone);
    if (child.connected) child.send(question, () => undefined);
  });
}

function runOf(of: number, answer: PromiseMessage, ms: number): PromiseRun {
  if ("problem" in answer) return { held: 0, of, failing: [], problem: answer.problem, ms };
  const { grades } = answer;
  const held = grades.filter(({ status }) => status === "held" || status === "declined").length;
  const isComplete = grades.every(({ status }) => status !== "not-run");
  const problem = isComplete ? undefined : "not all of them could be tried.";
  return { held, of, failing: inOrderOfFixing(grades), problem, ms };
}
