/**
 * One contained child, seen from the grader: it is asked one thing at a time, and every question has
 * an outcome within limits, whatever the subject does.
 */
import { randomBytes } from "node:crypto";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Limits } from "./limits.ts";
import { killGroup, startGroup, type ProcessGroup } from "./process-group.ts";
import { processUsage } from "./process-usage.ts";
import type { Job, Report } from "./protocol.ts";

export type Answer = Exclude<Report, { kind: "heartbeat" | "exiting" | "failed" }>;

export type Outcome =
  | { kind: "answered"; answer: Answer }
  | { kind: "hung"; reason: string }
  | { kind: "crashed"; reason: string };

const heapMiBMax = 400;
const memoryMiBMax = 640;
const watchMs = 100;
/** How Node ends when everything it waits for can never happen. */
const nothingLeftToWaitFor = 13;

export class JudgeProcess {
  readonly #group: ProcessGroup;
  readonly #nonce = randomBytes(12).toString("hex");
  #lastWords = "";
  #onReport: (report: Report) => void = () => undefined;
  #exit: Promise<{ code: number | null; signal: string | null }>;
  #isOver = false;

  constructor(root: string) {
    const tsx = path.join(root, "node_modules/tsx/dist/esm/index.mjs");
    const script = path.join(root, "scripts/lib/grade/child/judge.ts");
    this.#group = startGroup([`--max-old-space-size=${heapMiBMax}`, "--import", tsx, script], {
      directory: root,
    });
    this.#group.jobs.write(`${this.#nonce}\n`);
    this.#group.process.stdout?.resume();
    this.#group.process.stderr?.on("data", (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString("utf8")).slice(-4096);
    });
    createInterface({ input: this.#group.reports }).on("line", (line) => this.#receive(line));
    this.#exit = new Promise((resolve) => {
      // "close" comes once everything that was written before the end has been read.
      this.#group.process.once("close", (code, signal) => {
        this.#isOver = true;
        resolve({ code, signal });
      });
    });
  }

  /** False once the process is gone and another one has to go on. */
  get isAlive(): boolean {
    return !this.#isOver;
  }

  async ask(job: Job, limits: Limits): Promise<Outcome> {
    let exiting: Extract<Report, { kind: "exiting" }> | undefined;
    let stopWatching = (): void => undefined;
    const outcome = new Promise<Outcome>((resolve) => {
      const watch = this.#watch(limits, resolve);
      stopWatching = watch.stop;
      this.#onReport = (report) => {
        if (report.kind === "heartbeat") watch.heartbeat();
        else if (report.kind === "exiting") exiting = report;
        else if (report.kind === "failed") resolve(crashed(describe(report.trouble)));
        else resolve({ kind: "answered", answer: report });
      };
      void this.#exit.then(({ code, signal }) => resolve(this.#ending(code, signal, exiting)));
    });
    this.#group.jobs.write(`${JSON.stringify(job)}\n`);
    const result = await outcome;
    stopWatching();
    this.#onReport = () => undefined;
    // Whatever went wrong, nothing of it may reach the next promise.
    if (result.kind !== "answered") await this.stop();
    return result;
  }

  async stop(): Promise<void> {
    killGroup(this.#group.process);
    await this.#exit;
  }

  #receive(line: string): void {
    if (!line.startsWith(`${this.#nonce} `)) return;
    this.#onReport(JSON.parse(line.slice(this.#nonce.length + 1)) as Report);
  }

  #watch(limits: Limits, resolve: (outcome: Outcome) => void) {
    const processId = this.#group.process.pid ?? 0;
    const startCpu = processUsage(processId)?.cpuSeconds ?? 0;
    let lastCpu = startCpu;
    let asleepMs = 0;
    let cpuBefore = startCpu;
    let isHeard = false;
    const timer = setInterval(() => {
      const usage = processUsage(processId);
      if (usage === undefined) return;
      if (isHeard) lastCpu = usage.cpuSeconds;
      // Whoever has worked since the last look was awake, even if every look finds it between two pieces of work.
      const isAwake = isHeard || !usage.isAsleep || usage.cpuSeconds > cpuBefore;
      asleepMs = isAwake ? 0 : asleepMs + watchMs;
      cpuBefore = usage.cpuSeconds;
      isHeard = false;
      if (usage.memoryMiB > memoryMiBMax) {
        resolve(crashed(`It used more than ${memoryMiBMax} MiB of memory.`));
      } else if (usage.cpuSeconds - lastCpu > limits.silentCpuSecondsMax) {
        resolve(hung("It computes without end and lets nothing else run: an endless loop?"));
      } else if (asleepMs > limits.asleepSecondsMax * 1000) {
        resolve(hung("It sleeps and lets nothing else run."));
      } else if (usage.cpuSeconds - startCpu > limits.cpuSecondsMax) {
        resolve(hung("It goes on without end: each step leads to another one."));
      }
    }, watchMs);
    return { stop: () => clearInterval(timer), heartbeat: () => (isHeard = true) };
  }

  #ending(
    code: number | null,
    signal: string | null,
    exiting: Extract<Report, { kind: "exiting" }> | undefined,
  ): Outcome {
    if (/heap out of memory|Allocation failed/i.test(this.#lastWords)) {
      return crashed(`It ran out of memory (${heapMiBMax} MiB of heap).`);
    }
    const where = typeof exiting?.callSite === "string" ? ` at ${exiting.callSite}` : "";
    if (signal !== null) return crashed(`The process was ended by ${signal}${where}.`);
    if (code === nothingLeftToWaitFor) {
      return hung("It waits for something that nothing will ever bring about.");
    }
    return crashed(`It ended the process with exit code ${code ?? 0}${where}.`);
  }
}

function hung(reason: string): Outcome {
  return { kind: "hung", reason };
}

function crashed(reason: string): Outcome {
  return { kind: "crashed", reason };
}

function describe({ what, callSite }: { what: string; callSite: string | null }): string {
  return callSite === null ? what : `${what} (${callSite})`;
}
