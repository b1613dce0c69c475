/**
 * The contained process: loads a subject and judges one promise after the other, as it is told.
 *
 * Everything that the judging relies on is bound, and everything random replaced, before a subject is
 * loaded. Errors that nobody catches are noted against the job that runs; they end nothing by themselves.
 */
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import type { LoadedSubject, Suite, Verdict } from "../../../../tests/harness/check.ts";
import { loadBundle, subjectCallSite } from "../../../../tests/harness/subject-loader.ts";
import { readClaims } from "../claims.ts";
import { nothingExplored, type Job, type Trouble } from "../protocol.ts";
import { captureOutput } from "./captured-console.ts";
import { endProcess, nextJob, report } from "./channel.ts";
import { replaceGlobals, reseed } from "./seeded-globals.ts";

type Subject = LoadedSubject<Record<string, unknown>>;
type AnySuite = Suite<Record<string, unknown>, string>;

const heartbeatMs = 100;
const endAfterEscapeMs = 1_000;
/** Rejections are reported after the microtasks of a turn; a few turns show them all. */
const turnsAfterJob = 5;

const realNow = performance.now.bind(performance);
const nextTurn = setImmediate;
const later = setTimeout;

let job: Job | undefined;
let trouble: Trouble | null = null;
let suite: AnySuite;
let subject: Subject;

// Never keeps the process alive: a subject that waits for nothing at all ends it with code 13.
setInterval(() => report({ kind: "heartbeat" }), heartbeatMs).unref();

replaceGlobals();
captureOutput();

process.on("unhandledRejection", (reason) => {
  trouble ??= describe("A rejected promise was never caught", reason);
});
process.on("uncaughtException", (error) => {
  const escaped = describe("An error was thrown outside any promise", error);
  trouble ??= escaped;
  // The job may now wait for ever for what the error has cut off.
  const jobThen = job;
  later(() => {
    if (job !== jobThen || jobThen === undefined) return;
    report({ kind: "failed", trouble: escaped });
    endProcess(1);
  }, endAfterEscapeMs);
});
process.on("exit", (code) => {
  if (job === undefined) return;
  if (trouble !== null) report({ kind: "failed", trouble });
  report({ kind: "exiting", code, callSite: subjectCallSite(new Error("exit").stack) ?? null });
});

for (;;) {
  job = undefined;
  trouble = null;
  const next = nextJob();
  reseed(next.seed, next.do === "check" ? next.id : "");
  job = next;
  try {
    await perform(next);
  } catch (error) {
    report({ kind: "failed", trouble: describe("The check met an error", error) });
  }
}

async function perform(next: Job): Promise<void> {
  switch (next.do) {
    case "load":
      return load(next);
    case "check": {
      const check = suite.checks[next.id];
      if (check === undefined) throw new Error(`There is no check for ${next.id}.`);
      return judge(next.id, () => check(subject, { seed: next.seed, effort: next.effort }));
    }
    case "replay": {
      const promise = suite.tokenPromise(next.token);
      if ("problem" in promise) throw new Error(promise.problem);
      return judge(promise.id, async () => (await suite.replay(subject, next.token)).verdict);
    }
    case "operations": {
      const operations = await suite.operations(subject);
      report({ kind: "measured", operations });
      return;
    }
  }
}

async function load({ bundle, suiteFile }: Extract<Job, { do: "load" }>): Promise<void> {
  ({ suite } = (await import(pathToFileURL(suiteFile).href)) as { suite: AnySuite });
  try {
    subject = await loadBundle(bundle);
  } catch (error) {
    const { what, callSite } = describe("It throws when it is imported", error);
    report({ kind: "unusable", problem: `${callSite ?? bundle.file}: ${what}` });
    return;
  }
  await settle();
  const problem = exportsProblem(subject.exports) ?? trouble?.what;
  if (problem !== undefined) {
    report({ kind: "unusable", problem: `${bundle.file}: ${problem}` });
    return;
  }
  report({ kind: "loaded", claims: readClaims(subject.exports) });
}

/** Exports can be anything: `module.exports = null`, a getter that throws, a Proxy. */
function exportsProblem(exports: unknown): string | undefined {
  if ((typeof exports !== "object" && typeof exports !== "function") || exports === null)
    return `Expected the file to export values by name, got ${safeText(exports)}.`;
  try {
    return suite.exportsProblem(exports as Record<string, unknown>);
  } catch (error) {
    return describe("Its exports cannot be read", error).what;
  }
}

async function judge(id: string, run: () => Promise<Verdict>): Promise<void> {
  const startMs = realNow();
  const verdict = await run();
  await settle();
  const ms = Math.round(realNow() - startMs);
  report({ kind: "judged", id, verdict: complete(verdict), ms, trouble });
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < turnsAfterJob; turn += 1) {
    await new Promise<void>((resolve) => nextTurn(resolve));
  }
}

/** A verdict is data; what a check left out is filled in, so that every grade has the same shape. */
function complete(verdict: Verdict): Verdict {
  return { ...verdict, explored: { ...nothingExplored, ...verdict.explored } };
}

function describe(prefix: string, error: unknown): Trouble {
  const isError = error instanceof Error;
  const what = `${prefix}: ${isError ? `${error.name}: ${error.message}` : safeText(error)}`;
  return { what, callSite: subjectCallSite(isError ? error.stack : undefined) ?? null };
}

function safeText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return "a value without a text";
  }
}
