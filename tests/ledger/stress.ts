/**
 * Eight real threads, each with a validator of its own, share one directory:
 *
 *   thread 1 ─ commit, commit, … ─┐
 *   thread 2 ─ commit, commit, … ─┼─► one directory ─► the judge: versions, outcomes, balances
 *   …                             │
 *   thread 8 ─ commit ☠ ──────────┘   from level 4 threads are killed in the middle of a commit
 *
 * From level 5 slow rules of two of them run on threads of their own, which are killed in the middle of a task.
 * The seconds count from the moment at which all of them have begun.
 *
 * Afterwards a new validator looks at what is left, and everything that was answered is replayed in the order of the
 * versions. Safety only: threads may be slow, but if nobody says anything for twelve seconds they are stuck.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Stress, StressVerdict } from "../harness/check.ts";
import { bundleScript } from "../harness/stress/scripts.ts";
import { bundleSubject } from "../harness/subject-bundle.ts";
import { accountsProblem, enterAnswered } from "./judge.ts";
import { commitBatch, Model, type RuleSet } from "./model.ts";
import type { Report, ValidatorOptions } from "./stress/report.ts";

const threads = 8;
const silenceMsMax = 12_000;
const killEveryMs = 350;
/** The first of them. */
const threadsWithWorkers = 2;

export const stress: Stress = async ({ subjectFile, seconds, seed, singleThreaded, level }) => {
  const directory = mkdtempSync(path.join(tmpdir(), "systems-katas-stress-"));
  const judge = new Judge(level);
  const crew = new Set<Thread>();
  try {
    const subject = await bundleSubject(subjectFile);
    const file = path.join(directory, subject.kind === "script" ? "subject.cjs" : "subject.mjs");
    writeFileSync(file, subject.code);
    const bundled = (source: URL, name: string): Promise<string> =>
      bundleScript(fileURLToPath(source), path.join(directory, name));
    const [script, handlers] = await Promise.all([
      bundled(new URL("stress/validator.ts", import.meta.url), "validator.mjs"),
      bundled(new URL("stress/handlers.ts", import.meta.url), "handlers.mjs"),
    ]);
    const objects = path.join(directory, "objects");
    mkdirSync(objects);
    let count = 0;
    const begin = (task: ValidatorOptions["task"]): Thread => {
      const number = count++;
      const overlap = level >= 3 && !singleThreaded ? 2 : 1;
      const workerData: ValidatorOptions = {
        subject: file,
        handlers,
        directory: objects,
        number,
        seed,
        level,
        overlap,
        task,
      };
      const thread = new Thread(new Worker(script, { workerData }), judge);
      crew.add(thread);
      return thread;
    };
    await judge.waitFor([begin("open")]);
    const spenders = new Set(
      Array.from({ length: level >= 2 ? threads : 1 }, () => begin("spend")),
    );
    await judge.waitUntil(() => [...spenders].every(({ calls }) => calls > 0));
    const end = performance.now() + seconds * 1000;
    let killsAt = performance.now() + killEveryMs;
    while (performance.now() < end && !judge.hasEnded) {
      await pause(20);
      judge.refuseSilence();
      if (level < 4 || performance.now() < killsAt) continue;
      killsAt = performance.now() + killEveryMs;
      // Those with workers of their own are left alone: they have losses enough.
      const victim = [...spenders].slice(threadsWithWorkers).find(({ calls }) => calls > 0);
      if (victim === undefined) continue;
      spenders.delete(victim);
      await victim.kill();
      spenders.add(begin("spend"));
    }
    for (const spender of spenders) spender.stop();
    await judge.waitFor([...spenders]);
    if (!judge.hasEnded) await judge.waitFor([begin("look")]);
  } finally {
    await Promise.all([...crew].map((thread) => thread.end()));
    rmSync(directory, { recursive: true, force: true });
  }
  return judge.verdict(seconds);
};

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A validator's thread as the judge sees it. */
class Thread {
  readonly #worker: Worker;
  readonly #judge: Judge;
  isDone = false;
  calls = 0;

  constructor(worker: Worker, judge: Judge) {
    this.#worker = worker;
    this.#judge = judge;
    const calls = new Map<number, Commit>();
    worker.on("message", (report: Report) => {
      if (report.kind === "done") this.isDone = true;
      if (report.kind === "called") this.calls++;
      judge.hear(report, calls);
    });
    worker.on("error", (error) => {
      this.isDone = true;
      judge.breaks(1, `a thread ended: ${error.message}`);
    });
  }

  stop(): void {
    this.#worker.postMessage("stop");
  }

  async kill(): Promise<void> {
    await this.#worker.terminate();
    this.#judge.kills++;
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** A batch that was handed in, and what came of it. */
interface Commit {
  transactions: unknown[];
  policy: "all-or-nothing" | "valid-only";
  answer: Extract<Report, { kind: "answered" }> | undefined;
  isRefused: boolean;
}

/** The promise that is broken, by the level from which it is asked. */
const promiseOfLevel: Readonly<Record<number, string>> = {
  1: "ledger/accepted-transactions-take-effect",
  2: "ledger/one-winner-a-version",
  4: "ledger/crashes-lose-nothing",
};

class Judge {
  kills = 0;
  readonly #level: number;
  readonly #broken: StressVerdict["broken"] = [];
  readonly #commits: Commit[] = [];
  #looked: Extract<Report, { kind: "looked" }> | undefined;
  #answers = 0;
  #heardAt = performance.now();

  constructor(level: number) {
    this.#level = level;
  }

  /** Something is broken, so nothing more is to be learnt. */
  get hasEnded(): boolean {
    return this.#broken.length > 0;
  }

  hear(report: Report, calls: Map<number, Commit>): void {
    this.#heardAt = performance.now();
    switch (report.kind) {
      case "called": {
        const { transactions, policy } = report;
        const commit: Commit = { transactions, policy, answer: undefined, isRefused: false };
        calls.set(report.call, commit);
        this.#commits.push(commit);
        return;
      }
      case "answered": {
        const commit = calls.get(report.call);
        if (commit !== undefined) commit.answer = report;
        this.#answers++;
        return;
      }
      case "refused": {
        const commit = calls.get(report.call);
        // With TIMED_OUT it may have happened or not, as with a thread that was killed.
        if (commit !== undefined) commit.isRefused = report.code !== "TIMED_OUT";
        const isAllowed = ["CONFLICT", "ABORTED", "TIMED_OUT", "WORKER_LOST"].includes(
          report.code ?? "",
        );
        if (!isAllowed)
          this.breaks(1, `a commit must be answered, and it rejected with ${report.what}`);
        return;
      }
      case "looked":
        this.#looked = report;
        return;
      case "killed a worker":
        this.kills++;
        return;
      case "problem":
        this.breaks(1, report.what);
        return;
      case "done":
    }
  }

  breaks(level: number, what: string): void {
    const id = promiseOfLevel[Math.min(level, this.#level)] ?? promiseOfLevel[1] ?? "";
    if (this.#broken.every((known) => known.id !== id)) this.#broken.push({ id, what });
  }

  refuseSilence(): void {
    if (performance.now() - this.#heardAt <= silenceMsMax) return;
    this.breaks(1, "no thread has said anything for twelve seconds");
  }

  waitFor(crew: readonly Thread[]): Promise<void> {
    return this.waitUntil(() => crew.every(({ isDone }) => isDone));
  }

  async waitUntil(isSo: () => boolean): Promise<void> {
    while (!isSo() && !this.hasEnded) {
      await pause(5);
      this.refuseSilence();
    }
  }

  verdict(seconds: number): StressVerdict {
    if (!this.hasEnded) this.#replay();
    const common = {
      broken: this.#broken,
      threads: this.#level >= 2 ? threads : 1,
      seconds,
      operations: this.#answers,
      kills: this.kills,
    };
    if (this.hasEnded) return { ...common, status: "broken" };
    if (this.#answers < 10)
      return { ...common, status: "skipped", reason: "hardly a commit was answered" };
    return { ...common, status: "held" };
  }

  #replay(): void {
    const looked = this.#looked;
    if (looked === undefined) {
      this.breaks(1, "a new validator did not answer what is left");
      return;
    }
    const byVersion = new Map<number, Commit>();
    for (const commit of this.#commits) {
      const version = commit.answer?.version ?? null;
      if (version === null) continue;
      if (byVersion.has(version)) this.breaks(2, `entry ${version} was answered to two batches`);
      if (version > looked.version)
        this.breaks(
          2,
          `a batch was answered with version ${version}, and in the end the ledger is at version ${looked.version}`,
        );
      byVersion.set(version, commit);
    }
    const rules: RuleSet = { rules: [], slowRules: this.#level >= 3 ? ["even"] : [] };
    const open = this.#commits.filter(
      ({ answer, isRefused }) => answer === undefined && !isRefused,
    );
    // Which open batch became which entry is known only by its effect: each is tried where one is missing.
    let models = [new Model()];
    for (let version = 1; version <= looked.version && !this.hasEnded; version++)
      models = this.#entered(models, { version, commit: byVersion.get(version), open, rules });
    if (this.hasEnded) return;
    const seen = {
      version: looked.version,
      accounts: new Map(looked.accounts),
      sources: new Map(),
    };
    const problems = models.map((model) => accountsProblem(seen, model));
    if (problems.every((problem) => problem !== undefined)) this.breaks(1, problems[0] ?? "");
  }

  #entered(
    models: Model[],
    {
      version,
      commit,
      open,
      rules,
    }: { version: number; commit: Commit | undefined; open: readonly Commit[]; rules: RuleSet },
  ): Model[] {
    if (commit?.answer === undefined) {
      const possible = models.flatMap((model) =>
        open.flatMap((candidate) => {
          const after = model.copy();
          return commitBatch(after, candidate, rules).isEntry ? [after] : [];
        }),
      );
      if (possible.length === 0)
        this.breaks(
          this.kills > 0 ? 4 : 2,
          `entry ${version} is there, and no batch that was answered or cut off can be it`,
        );
      return possible.slice(0, modelsMax);
    }
    const { outcomes } = commit.answer;
    let wrong: string | undefined;
    const fitting = models.filter((model) => {
      const problem = enterAnswered(model, commit, outcomes, rules, version);
      wrong ??= problem;
      return problem === undefined;
    });
    if (fitting.length === 0)
      this.breaks(this.#level >= 2 ? 2 : 1, wrong ?? `entry ${version} is not what was answered`);
    return fitting;
  }
}

const modelsMax = 64;
