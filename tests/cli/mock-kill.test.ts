/** A session that is killed goes on where it stood: with kill -9, in every phase and between the steps after the bell. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { formats } from "../../rubric/formats.ts";
import { attemptOf, type Attempt } from "../../scripts/lib/kata/attempt.ts";
import {
  loadCatalogue,
  loadPromises,
  type Kata,
  type KataPromise,
} from "../../scripts/lib/kata/catalogue.ts";
import type { SessionEntry } from "../../scripts/lib/mock/session-log.ts";
import { enterAlone, storedSessions } from "../../scripts/lib/mock/session-store.ts";
import type { SessionProcessOptions } from "./mock-fixture/session-process.ts";

const root = path.resolve(import.meta.dirname, "../..");
vi.setConfig({ testTimeout: 120_000 });
/** 75 minutes in four and a half seconds. */
const speed = 1000;
let folder: string;
let program: string;
let kata: Kata;
let promises: KataPromise[];
let attempt: Attempt;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "mock kill "));
  program = path.join(folder, "session-process.mjs");
  [kata] = (await loadCatalogue(root)) as [Kata];
  promises = await loadPromises(kata);
  attempt = attemptOf(path.join(folder, "attempts"), kata);
  // As one file it starts in a tenth of the time, and it is started many times.
  await build({
    entryPoints: [path.join(import.meta.dirname, "mock-fixture/session-process.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

test("killed in every phase, before it is frozen and before it is graded, a session ends as if it had not been", async () => {
  const { phases } = formats.infrastructure;
  for (const [index, phase] of phases.entries()) {
    const child = start();
    await logHas((entry) => entry.event === "phase" && entry.phase === index, child);
    if (index === 2) {
      // While it is going on, nobody else gets into a session of this kata.
      await expect(enterAlone(kata, attempt)).rejects.toThrow(
        new RegExp(`going on already, in process ${child.pid ?? 0}\\.`),
      );
      await logHas((entry) => entry.event === "revealed" && entry.level === 2, child);
    }
    await kill(child);
    expect(entries().at(-1)?.event, phase.title).not.toBe("graded");
  }
  for (const [stopBefore, last] of [
    ["frozen", "bell"],
    ["graded", "frozen"],
  ] as const) {
    const child = start(stopBefore);
    await logHas(({ event }) => event === last, child);
    await kill(child);
    expect(entries().at(-1)?.event).toBe(last);
  }
  await ended(start());

  const [session, ...others] = await storedSessions(attempt);
  expect(others).toEqual([]);
  expect(session?.state.grade?.verdict).toBe("fail");
  expect(session?.state.bell).toEqual({
    because: "time",
    ms: formats.infrastructure.minutes * 60_000,
  });
  const log = entries();
  const phaseEntries = log.flatMap((entry) => (entry.event === "phase" ? [entry.phase] : []));
  expect(phaseEntries).toEqual(phases.map((_, index) => index));
  expect(log.filter(({ event }) => event === "came-back")).toHaveLength(phases.length);
  for (const event of ["began", "fresh", "bell", "frozen", "graded"] as const) {
    expect(
      log.filter((entry) => entry.event === event),
      event,
    ).toHaveLength(1);
  }
  const asked = log.flatMap((entry) => (entry.event === "asked" ? [entry.question] : []));
  expect(new Set(asked).size).toBe(asked.length);
  const frozen = path.join(path.dirname(logFile()), "1-at-the-bell", `${kata.name}.ts`);
  expect(readFileSync(frozen, "utf8")).toBe(readFileSync(attempt.subjectFile, "utf8"));
  expect(statSync(frozen).mode & 0o222).toBe(0);
});

function start(stopBefore: SessionProcessOptions["stopBefore"] = null): ChildProcess {
  const options: SessionProcessOptions = {
    root,
    folder: path.dirname(attempt.folder),
    kata,
    promises,
    speed,
    stopBefore,
  };
  const child = spawn(process.execPath, [program, JSON.stringify(options)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  children.push(child);
  return child;
}

function logFile(): string {
  return path.join(folder, "attempts", ".history", kata.name, "sessions", "1.jsonl");
}

/** A line that a kill has torn is no entry. */
function entries(): SessionEntry[] {
  if (!existsSync(logFile())) return [];
  const text = readFileSync(logFile(), "utf8");
  return text.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as SessionEntry];
    } catch {
      return [];
    }
  });
}

async function logHas(
  wanted: (entry: SessionEntry) => boolean,
  child: ChildProcess,
): Promise<void> {
  await vi.waitFor(
    () => {
      if (child.exitCode !== null) throw new Error("The process has ended.");
      expect(entries().some(wanted)).toBe(true);
    },
    { timeout: 60_000, interval: 5 },
  );
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await ended(child);
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}
