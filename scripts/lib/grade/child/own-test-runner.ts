/**
 * How vitest runs a learner's tests on one implementation after another, in one worker: it stops where its
 * answer is known, notes down what happens, and gives up a test that nothing can wake any more.
 *
 * Time decides nothing here that work can decide, so a busy machine changes no answer: a test that
 * computes for ever is ended from outside, by the work it does.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { Session, type Profiler } from "node:inspector";
import { TestRunner } from "vitest";
import {
  cpuSecondsMaxVariable,
  notesFileVariable,
  type TrialNote,
  type TrialPlan,
} from "../own-tests/trial-notes.ts";

type Test = Parameters<typeof TestRunner.getTestFn>[0];
type Task = Parameters<TestRunner["onAfterRunTask"]>[0];
type File = Parameters<TestRunner["onCollectStart"]>[0];

const lookEveryMs = 20;
const idleLooksMax = 4;
/** A test that waits for real time may do so this long, unless it works meanwhile. */
const waitMsMax = 5_000;
const workingShare = 0.04;
const messageLengthMax = 300;
const seed = 1;

// Bound before any test replaces them.
const { setInterval: every, clearInterval: never } = globalThis;
const now = performance.now.bind(performance);
const cpuUsage = process.cpuUsage.bind(process);
const activeResources = () => process.getActiveResourcesInfo().sort();

const notesFile = process.env[notesFileVariable];
const cpuSecondsMax = Number(process.env[cpuSecondsMaxVariable] ?? Infinity);
/** What keeps this process alive while no test runs. */
const restingResources = activeResources().filter((resource) => resource !== "Immediate");
let timersOfOurs = 0;

note({});

export default class OwnTestRunner extends TestRunner {
  #plan: TrialPlan = { decisive: null, coverageFile: null, fastCheck: null };
  #isDecided = false;
  #coverage: Session | undefined;
  #usageAtStart = cpuUsage();
  /** The work of all bundles so far. */
  #cpuSeconds = 0;

  override async importFile(
    file: string,
    source: Parameters<TestRunner["importFile"]>[1],
  ): Promise<unknown> {
    if (source !== "collect") return super.importFile(file, source);
    if (this.#cpuSeconds >= cpuSecondsMax) {
      note({ testFile: file, isLeftOut: true });
      return undefined;
    }
    note({ testFile: file });
    this.#usageAtStart = cpuUsage();
    this.#plan = JSON.parse(readFileSync(`${file}.json`, "utf8")) as TrialPlan;
    this.#isDecided = false;
    if (this.#plan.fastCheck !== null) await seedFastCheck(this.#plan.fastCheck);
    if (this.#plan.coverageFile !== null) this.#coverage = startCoverage();
    try {
      return await super.importFile(file, source);
    } catch (error) {
      note({ testFile: file, message: messageOf(error) });
      throw error;
    }
  }

  override async onBeforeRunTask(task: Task): Promise<void> {
    if (this.#isDecided) task.mode = "skip";
    await super.onBeforeRunTask(task);
    if (task.mode === "run" || task.mode === "queued")
      note({ testFile: task.file.filepath, test: fullNameOf(task) });
  }

  async runTask(test: Test): Promise<void> {
    const watch = watchForSleep();
    try {
      await Promise.race([TestRunner.getTestFn(test)(), watch.asleep]);
    } finally {
      watch.stop();
    }
  }

  override onAfterRunTask(task: Task): void {
    super.onAfterRunTask(task);
    const test = fullNameOf(task);
    const { state, errors } = task.result ?? {};
    const ended = state === "pass" ? "passed" : state === "fail" ? "failed" : "skipped";
    const message = errors?.[0] === undefined ? {} : { message: messageOf(errors[0]) };
    note({ testFile: task.file.filepath, test, state: ended, ...message });
    if (ended === "failed" && this.#plan.decisive?.includes(test) === true) this.#isDecided = true;
  }

  override async onAfterRunSuite(suite: Parameters<TestRunner["onAfterRunSuite"]>[0]) {
    await super.onAfterRunSuite(suite);
    if (!("filepath" in suite)) return;
    if (this.#coverage !== undefined && this.#plan.coverageFile !== null)
      keepCoverage(this.#coverage, (suite as File).filepath, this.#plan.coverageFile);
    this.#coverage = undefined;
    const { user, system } = cpuUsage(this.#usageAtStart);
    const cpuSeconds = (user + system) / 1e6;
    this.#cpuSeconds += cpuSeconds;
    note({ testFile: (suite as File).filepath, cpuSeconds });
  }
}

// ── Tests that nothing can wake ───────────────────────────────────────────────────────────────

/** Rejects once the process has nothing left that could settle the test, or only waits for too long. */
function watchForSleep(): { asleep: Promise<never>; stop: () => void } {
  let stop = (): void => undefined;
  const asleep = new Promise<never>((_resolve, reject) => {
    const startedAt = now();
    const usageAtStart = cpuUsage();
    let idleLooks = 0;
    timersOfOurs += 1;
    const timer = every(() => {
      idleLooks = isAtRest() ? idleLooks + 1 : 0;
      if (idleLooks > idleLooksMax) reject(new Error("It waits for something that never happens."));
      const waitedMs = now() - startedAt;
      const { user, system } = cpuUsage(usageAtStart);
      if (waitedMs > waitMsMax && (user + system) / 1000 < waitedMs * workingShare)
        reject(new Error(`It waited for ${waitMsMax / 1000} seconds.`));
    }, lookEveryMs);
    stop = () => {
      never(timer);
      timersOfOurs -= 1;
    };
  });
  return { asleep, stop: () => stop() };
}

/** Nothing but this file's own timers and what was there before any test. */
function isAtRest(): boolean {
  const expected = [...restingResources];
  for (let count = 0; count < timersOfOurs; count += 1) expected.push("Timeout");
  expected.sort();
  const active = activeResources();
  return active.length === expected.length && active.every((each, i) => each === expected[i]);
}

// ── Randomness and coverage ───────────────────────────────────────────────────────────────────

async function seedFastCheck(address: string): Promise<void> {
  const { configureGlobal } = (await import(/* @vite-ignore */ address)) as {
    configureGlobal: (parameters: { seed: number }) => void;
  };
  configureGlobal({ seed });
}

function startCoverage(): Session {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  return session;
}

/** The session answers at once. */
function keepCoverage(session: Session, bundle: string, coverageFile: string): void {
  session.post(
    "Profiler.takePreciseCoverage",
    (_error: Error | null, coverage: Profiler.TakePreciseCoverageReturnType | undefined) => {
      const script = coverage?.result.find(({ url }) => url.endsWith(encodeURI(bundle)));
      writeFileSync(coverageFile, JSON.stringify(script?.functions ?? []));
    },
  );
  session.disconnect();
}

// ── Notes ─────────────────────────────────────────────────────────────────────────────────────

function note(said: Omit<TrialNote, "process">): void {
  if (notesFile === undefined) return;
  appendFileSync(notesFile, `${JSON.stringify({ process: process.pid, ...said })}\n`);
}

interface NamedTask {
  name: string;
  suite?: NamedTask | undefined;
}

function fullNameOf({ name, suite }: NamedTask): string {
  return suite === undefined || suite.name === "" ? name : `${fullNameOf(suite)} > ${name}`;
}

function messageOf(error: unknown): string {
  const isError = typeof error === "object" && error !== null && "message" in error;
  return String(isError ? error.message : error).slice(0, messageLengthMax);
}
