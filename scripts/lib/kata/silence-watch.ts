/**
 * Notices that the learner's code does not come back.
 *
 * What counts is the work that a worker has done since the last message, not the time that has passed: an endless
 * loop is found within seconds, and a busy machine is never mistaken for one. Code that sleeps for ever does no
 * work; it is given up after a longer while.
 */
import { readFileSync } from "node:fs";
import { processUsage } from "../grade/process-usage.ts";
import type { ProgressNote } from "./test-messages.ts";

const silenceMax: Silence = { cpuSeconds: 2.5, ms: 30_000 };
/** Until a worker is there, none of the learner's code can be at fault. */
const startMsMax = 180_000;
const lookEveryMs = 200;

/** How much work, or how much time without any, may pass between two messages. */
export interface Silence {
  cpuSeconds: number;
  ms: number;
}

export class SilenceWatch {
  readonly #progressFile: string;
  readonly #max: Silence;
  readonly #timer: NodeJS.Timeout;
  #heardAt = performance.now();
  #cpuSecondsWhenHeard = new Map<number, number>();
  #wasHeard = true;

  constructor(progressFile: string, onSilence: () => void, max = silenceMax) {
    this.#progressFile = progressFile;
    this.#max = max;
    this.#timer = setInterval(() => {
      if (this.#isTooLong()) onSilence();
    }, lookEveryMs);
  }

  heard(): void {
    this.#heardAt = performance.now();
    this.#wasHeard = true;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The tests that have begun, the latest last. */
  begun(): Required<ProgressNote>[] {
    return this.#notes().filter((note) => note.test !== undefined) as Required<ProgressNote>[];
  }

  #isTooLong(): boolean {
    const workers = new Set(this.#notes().map((note) => note.process));
    const msMax = workers.size === 0 ? startMsMax : this.#max.ms;
    if (performance.now() - this.#heardAt > msMax) return true;
    if (this.#wasHeard) this.#cpuSecondsWhenHeard.clear();
    this.#wasHeard = false;
    return [...workers].some((worker) => {
      const cpuSeconds = processUsage(worker)?.cpuSeconds;
      if (cpuSeconds === undefined) return false;
      const before = this.#cpuSecondsWhenHeard.get(worker);
      if (before === undefined) this.#cpuSecondsWhenHeard.set(worker, cpuSeconds);
      return before !== undefined && cpuSeconds - before > this.#max.cpuSeconds;
    });
  }

  #notes(): ProgressNote[] {
    try {
      const lines = readFileSync(this.#progressFile, "utf8").split("\n");
      // The last line may be half written.
      return lines.slice(0, -1).map((line) => JSON.parse(line) as ProgressNote);
    } catch {
      return [];
    }
  }
}
