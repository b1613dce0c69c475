/** The loop itself: keys, saves and learner's code that misbehaves, with a terminal made of streams. */
import { EventEmitter } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import type { ReadStream, WriteStream } from "node:tty";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { helpGiven } from "../../scripts/lib/journal/help-given.ts";
import { attemptOf, startAttempt, type Attempt } from "../../scripts/lib/kata/attempt.ts";
import {
  loadCatalogue,
  loadPromises,
  type Kata,
  type KataPromise,
} from "../../scripts/lib/kata/catalogue.ts";
import { coloursFor } from "../../scripts/lib/terminal/colours.ts";
import { Evening, type Runners } from "../../scripts/lib/kata/evening.ts";
import { Terminal } from "../../scripts/lib/terminal/terminal.ts";
import { startTestRunner, type TestRun } from "../../scripts/lib/kata/test-run.ts";

const root = path.resolve(import.meta.dirname, "../..");
vi.setConfig({ testTimeout: 60_000 });
let folder: string;
let kata: Kata;
let promises: KataPromise[];
let attempt: Attempt;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "kata evening "));
  // The attempts below are written for this one.
  const first = (await loadCatalogue(root)).find(({ name }) => name === "durable-kv");
  if (first === undefined) throw new Error("Expected the kata durable-kv.");
  kata = first;
  promises = await loadPromises(kata);
  attempt = attemptOf(folder, kata);
  await startAttempt(root, kata, promises, attempt);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("q ends the evening with 0 and ctrl-C with 130; raw mode is given back", async () => {
  for (const [key, expected] of [
    ["q", 0],
    ["\u0003", 130],
  ] as const) {
    const evening = begin();
    await evening.shows("0 of 1 visible test pass");
    expect(evening.input.isRaw).toBe(true);
    evening.press(key);
    expect(await evening.exitCode).toBe(expected);
    expect(evening.input.isRaw).toBe(false);
    expect(evening.runners.closed).toEqual(["tests", "promises"]);
  }
});

test("each key shows its screen, and any other key goes back", async () => {
  const evening = begin();
  await evening.shows("promises hold");
  expect(evening.screen()).toContain("Keys   g grade");
  evening.press("n");
  await evening.shows("change line");
  expect(evening.screen()).toContain("export const level = 2;");
  evening.press("b");
  await evening.shows("page 1 of");
  evening.press(" ");
  await evening.shows("page 2 of");
  evening.press("x");
  await evening.shows("promises hold");
  evening.resize(40, 10);
  evening.press("x");
  await evening.shows("promises hold");
  expect(evening.screen().split("\n").length).toBeLessThanOrEqual(10);
  evening.press("q");
  await evening.exitCode;
});

test("h says first what a hint costs, then opens one rung a time, and says so when there is none", async () => {
  const evening = begin(folder);
  await evening.shows("promises hold");
  evening.press("h");
  await evening.shows("costs 1 point of dimension 12");
  evening.press("h");
  await evening.shows("has no rubric yet");
  const rubric = path.join(folder, "rubric", kata.name);
  mkdirSync(rubric, { recursive: true });
  writeFileSync(path.join(rubric, "kata-rubric.ts"), `export const rubric = ${rubricText()};`);
  evening.press("x");
  await evening.shows("promises hold");
  evening.press("h");
  await evening.shows("costs 1 point of dimension 12");
  expect(helpGiven(attempt, kata.version).hints).toEqual([]);
  evening.press("h");
  await evening.shows("Where do the bytes go?");
  expect(evening.screen()).not.toContain("Into a log.");
  expect(evening.screen()).toContain("−1 on dimension 12");
  evening.press("h");
  await evening.shows("Into a log.");
  evening.press("x");
  await evening.shows("promises hold");
  evening.press("q");
  await evening.exitCode;
  expect(helpGiven(attempt, kata.version).hints.map(({ rung }) => rung)).toEqual([1, 2]);
});

test("a save runs the tests again, and the level that was saved is the one that is tried", async () => {
  const evening = begin();
  await evening.shows("promises hold");
  // From the screen that says which line to change, the save leads to what came of it.
  evening.press("n");
  await evening.shows("export const level = 2;");
  writeFileSync(attempt.subjectFile, "export const level = 2;");
  await evening.shows("level 2 of");
  expect(evening.runners.levels.at(-1)).toBe(2);
  unlinkSync(attempt.subjectFile);
  await evening.shows("cannot be read");
  writeFileSync(attempt.subjectFile, `export const level = ${kata.levels.length};`);
  await evening.shows(`level ${kata.levels.length} of`);
  evening.press("n");
  await evening.shows("is the last one");
  evening.press("q");
  await evening.exitCode;
});

test("the starter fails every visible test in a friendly way", async () => {
  const run = await runOnce();
  expect(run.cutOff).toBe(undefined);
  const visible = run.results.filter(({ file }) => file === "visible");
  const ran = visible.filter(({ state }) => state !== "skipped");
  expect(ran.length).toBeGreaterThanOrEqual(5);
  expect(ran.every(({ failure }) => failure?.name === "NotImplementedError")).toBe(true);
  expect(run.results.filter(({ file }) => file === "own").map(({ state }) => state)).toEqual([
    "passed",
  ]);
});

test("an endless loop is named with the test it is in, and the run ends", async () => {
  writeFileSync(attempt.subjectFile, "export const openDurableKv = () => { while (true) {} };");
  const run = await runOnce();
  expect(run.cutOff).toMatch(/did not come back in the test "/);
  expect(run.results.filter(({ state }) => state === "hung")).toHaveLength(1);
});

test("code that ends the process when it is loaded is a failure of the file, not a pass", async () => {
  writeFileSync(attempt.subjectFile, "process.exit(0);");
  const run = await runOnce();
  expect(run.results.filter(({ state }) => state === "passed")).toEqual([]);
  expect(run.problems.map(({ failure }) => failure.message).join()).toContain("process.exit");
});

async function runOnce(): Promise<TestRun> {
  const runner = startTestRunner(root, kata, attempt);
  try {
    const run = await runner.run();
    if (run === undefined) throw new Error("Expected a run.");
    return run;
  } finally {
    runner.close();
  }
}

function rubricText(): string {
  const hint = {
    ...{ id: "begin", level: 1, about: "algorithm", promises: [] },
    ...{ nudge: "Where do the bytes go?", concept: "Into a log.", mechanism: "At its end." },
  };
  return JSON.stringify({ kata: kata.name, hints: [hint] });
}

/** An evening whose runners answer at once, and whose terminal remembers its last screen. */
function begin(rootOfRubrics = root) {
  const input = new FakeInput();
  const output = new FakeOutput();
  const runners = new FakeRunners();
  const options = {
    root: rootOfRubrics,
    kata,
    promises,
    brief: "## What you build\n\nA store.\n\n".concat("More of the brief.\n".repeat(60)),
    attempt,
    isNew: true,
    notices: ["Put away: somewhere"],
    colours: coloursFor({ isTTY: false }),
  };
  const terminal = new Terminal(input as unknown as ReadStream, output as unknown as WriteStream);
  const evening = new Evening(options, terminal, "export const level = 1;", runners);
  return {
    input,
    runners,
    exitCode: evening.spend(),
    press: (key: string) => input.write(key),
    screen: () => output.screen,
    resize: (columns: number, rows: number) => output.resize(columns, rows),
    shows: (text: string) =>
      vi.waitFor(() => expect(output.screen).toContain(text), { timeout: 20_000, interval: 10 }),
  };
}

class FakeInput extends PassThrough {
  readonly isTTY = true;
  isRaw = false;
  setRawMode(on: boolean): this {
    this.isRaw = on;
    return this;
  }
}

class FakeOutput extends EventEmitter {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
  screen = "";
  write(text: string): boolean {
    const clear = "\u001b[H";
    const from = text.lastIndexOf(clear);
    this.screen = from === -1 ? this.screen + text : text.slice(from + clear.length);
    return true;
  }
  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.emit("resize");
  }
}

class FakeRunners implements Runners {
  readonly levels: number[] = [];
  readonly closed: string[] = [];
  readonly tests: Runners["tests"] = {
    run: async () => ({
      results: [{ file: "visible", test: "a promise", state: "failed" }],
      problems: [],
      output: [],
      cutOff: undefined,
      ms: 3,
    }),
    cancel: () => undefined,
    close: () => this.closed.push("tests"),
  };
  readonly promises: Runners["promises"] = {
    run: async (level) => {
      this.levels.push(level);
      return { held: 2, of: 2, failing: [], problem: undefined, ms: 3 };
    },
    cancel: () => undefined,
    close: () => this.closed.push("promises"),
  };
}
