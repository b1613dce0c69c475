/** What can be done with a token: show the failure again, step through it, keep it as a test. */
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Suite } from "../../../tests/harness/check.ts";
import {
  bundleSubject,
  SubjectLoadError,
  type SubjectBundle,
} from "../../../tests/harness/subject-bundle.ts";
import { UsageError } from "../arguments.ts";
import { unwritable } from "../kata/attempt.ts";
import { shortName, type SubjectLocation } from "./subject-location.ts";

type AnySuite = Suite<Record<string, unknown>, string>;

export interface DebugRequest {
  bundle: SubjectBundle;
  suiteFile: string;
  token: string;
  seed: number;
  hasTerminal: boolean;
}

export async function loadSuite(root: string, kata: string): Promise<AnySuite> {
  const file = suiteFile(root, kata);
  if (!existsSync(file))
    throw new UsageError(`${kata} has no suite: expected ${shortName(root, file)}.`);
  return ((await import(pathToFileURL(file).href)) as { suite: AnySuite }).suite;
}

export function suiteFile(root: string, kata: string): string {
  return path.join(root, "tests", kata, "suite.ts");
}

/** The promise of a token that can be read; a UsageError otherwise. */
export function promiseOfToken(suite: AnySuite, token: string): string {
  const promise = suite.tokenPromise(token);
  if ("problem" in promise) throw new UsageError(promise.problem);
  return promise.id;
}

/** Runs a history in one process without watchdogs and resolves to the exit code. */
export async function debugReplay(
  root: string,
  subject: SubjectLocation,
  token: string,
  seed: number,
): Promise<number> {
  let bundle: SubjectBundle;
  try {
    bundle = await bundleSubject(subject.file, subject.shownAs);
  } catch (error) {
    if (!(error instanceof SubjectLoadError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  const request: DebugRequest = {
    bundle,
    suiteFile: suiteFile(root, subject.kata.name),
    token,
    seed,
    hasTerminal: process.stdin.isTTY && process.stdout.isTTY,
  };
  const tsx = path.join(root, "node_modules/tsx/dist/esm/index.mjs");
  const script = path.join(root, "scripts/lib/grade/child/debug.ts");
  const child = spawn(process.execPath, ["--import", tsx, script, JSON.stringify(request)], {
    cwd: root,
    stdio: "inherit",
  });
  // The terminal's ctrl-C reaches the child as well; this process only has to say how it ended.
  process.once("SIGINT", () => process.exit(130));
  process.once("exit", () => child.kill("SIGKILL"));
  return new Promise((resolve) => child.once("close", (code) => resolve(code ?? 1)));
}

/** Keeps a history as a test of the learner's; answers what to say, and what to print. */
export function keepAsTest(
  root: string,
  subject: SubjectLocation,
  suite: AnySuite,
  token: string,
): { said: string; printed: string } {
  const text = `${suite.asTest(token).trimEnd()}\n`;
  if (subject.kind !== "attempt") {
    return { said: "This is no attempt, so nothing was written. The test:", printed: text };
  }
  const shown = shortName(root, subject.testFile);
  try {
    const before = existsSync(subject.testFile) ? readFileSync(subject.testFile, "utf8") : "";
    if (before.includes(text.trim()))
      return { said: `${shown} has this test already.`, printed: "" };
    const gap = before === "" ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    // One write at the end of the file: what an editor has saved meanwhile stays.
    appendFileSync(subject.testFile, gap + text);
  } catch (error) {
    throw unwritable(error, subject.testFile);
  }
  return { said: `Added to ${shown}. It is red until the promise holds.`, printed: "" };
}
