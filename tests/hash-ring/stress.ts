/**
 * Eight real threads, each with a ring of its own, built from one list of changes in eight orders:
 *
 *   membership log   epoch 0   epoch 1   epoch 2   …        the same for all
 *   thread 0         a b c     d -b                          each epoch in an order of its own,
 *   thread 1         c a b     -b d                          with detours, looking up all the time
 *   …
 *   judge            thread 0 and 1 agree after epoch 0? after epoch 1?
 *
 * Safety only: threads may be slow, and the seconds count from the moment at which all of them have spoken; but
 * one that says nothing for six seconds is stuck.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { Stress, StressVerdict } from "../harness/check.ts";
import { bundleSubject } from "../harness/subject-bundle.ts";
import { bundleScript } from "../harness/stress/scripts.ts";
import type { BuilderOptions, Report } from "./stress/report.ts";

const threads = 8;
const silenceMsMax = 6_000;
const lookEveryMs = 20;

export const stress: Stress = async ({ subjectFile, seconds, seed, level }) => {
  const directory = mkdtempSync(path.join(tmpdir(), "systems-katas-stress-"));
  const judge = new Judge();
  try {
    const subject = await bundleSubject(subjectFile);
    const file = path.join(directory, subject.kind === "script" ? "subject.cjs" : "subject.mjs");
    writeFileSync(file, subject.code);
    const builder = await bundleScript(
      fileURLToPath(new URL("stress/builder.ts", import.meta.url)),
      path.join(directory, "builder.mjs"),
    );
    const workers = Array.from({ length: threads }, (_, thread) => {
      const workerData: BuilderOptions = { subject: file, thread, seed, level };
      return judge.listenTo(new Worker(builder, { workerData }), thread);
    });
    await judge.listenFor(seconds * 1000);
    await Promise.all(workers.map((worker) => worker.terminate()));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return judge.verdict(seconds);
};

class Judge {
  readonly #broken: StressVerdict["broken"] = [];
  /** By round and epoch: who spoke first, and what others are compared with. */
  readonly #firstReports = new Map<string, Extract<Report, { kind: "owners" }>>();
  readonly #heardAt = new Map<number, number>();
  readonly #lookups = new Map<number, number>();
  #comparisons = 0;

  listenTo(worker: Worker, thread: number): Worker {
    this.#heardAt.set(thread, performance.now());
    worker.on("message", (report: Report) => {
      this.#heardAt.set(thread, performance.now());
      this.#lookups.set(thread, report.lookups);
      if (report.kind === "problem") this.#breaks("hash-ring/every-key-has-owners", report.what);
      else this.#compare(report);
    });
    worker.on("error", (error) => {
      this.#breaks("hash-ring/every-key-has-owners", `a thread ended: ${error.message}`);
    });
    return worker;
  }

  /** Resolves so long after all threads have spoken, or as soon as something is broken. */
  async listenFor(durationMs: number): Promise<void> {
    let end = Infinity;
    while (performance.now() < end && this.#broken.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      const now = performance.now();
      if (end === Infinity && this.#lookups.size === threads) end = now + durationMs;
      const stuck = [...this.#heardAt].find(([, heardAt]) => now - heardAt > silenceMsMax);
      if (stuck === undefined) continue;
      this.#breaks("hash-ring/every-key-has-owners", `thread ${stuck[0]} was busy for six seconds`);
    }
  }

  verdict(seconds: number): StressVerdict {
    const operations = [...this.#lookups.values()].reduce((sum, count) => sum + count, 0);
    const common = { broken: this.#broken, threads, seconds, operations, kills: 0 };
    if (this.#broken.length > 0) return { ...common, status: "broken" };
    if (this.#comparisons > 0) return { ...common, status: "held" };
    return { ...common, status: "skipped", reason: "no two threads came to the end of an epoch" };
  }

  #compare(report: Extract<Report, { kind: "owners" }>): void {
    const { round, epoch, thread, keys, owners } = report;
    const moment = `${round}/${epoch}`;
    const first = this.#firstReports.get(moment);
    if (first === undefined) {
      this.#firstReports.set(moment, report);
      return;
    }
    this.#comparisons++;
    const index = owners.findIndex((list, at) => list !== first.owners[at]);
    if (index === -1) return;
    this.#breaks(
      "hash-ring/members-decide",
      `after the same changes, in other orders, ${keys[index] ?? ""} has the owners ${first.owners[index] ?? ""} in thread ${first.thread} and ${owners[index] ?? ""} in thread ${thread}`,
    );
  }

  #breaks(id: string, what: string): void {
    if (this.#broken.every((known) => known.id !== id)) this.#broken.push({ id, what });
  }
}
