/** What the loop shows: every screen fits its terminal and says the first thing first. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { PromiseGrade } from "../../scripts/lib/grade/grade-report.ts";
import { attemptOf } from "../../scripts/lib/kata/attempt.ts";
import {
  loadCatalogue,
  loadPromises,
  type Kata,
  type KataPromise,
} from "../../scripts/lib/kata/catalogue.ts";
import { coloursFor } from "../../scripts/lib/terminal/colours.ts";
import { declaredLevel } from "../../scripts/lib/kata/declared-level.ts";
import { firstScreen, firstScreenLinesMax } from "../../scripts/lib/kata/first-screen.ts";
import { nextKata, overviewLines } from "../../scripts/lib/kata/overview.ts";
import { pagesOf } from "../../scripts/lib/kata/pages.ts";
import { levelHolds, resultScreen, type Progress } from "../../scripts/lib/kata/result-screen.ts";
import { weakestOf } from "../../scripts/lib/kata/standing.ts";
import type { TestRun } from "../../scripts/lib/kata/test-run.ts";
import {
  harmless,
  heightOf,
  spread,
  truncate,
  width,
  wrap,
  wrapAroundCommand,
} from "../../scripts/lib/terminal/text.ts";

const root = path.resolve(import.meta.dirname, "../..");
const colours = coloursFor({ isTTY: false });
let katas: { kata: Kata; promises: KataPromise[] }[];

beforeAll(async () => {
  const found = await loadCatalogue(root);
  katas = await Promise.all(
    found.map(async (kata) => ({ kata, promises: await loadPromises(kata) })),
  );
});

test("the first screen of every level of every kata has at most 20 lines of 80 columns", () => {
  for (const { kata, promises } of katas) {
    for (const [index] of kata.levels.entries()) {
      const lines = firstScreen({
        kata,
        promises,
        brief: `## What you build\n\n${"A sentence about it. ".repeat(40)}`,
        level: index + 1,
        attempt: attemptOf("/attempts", kata),
        isNew: index === 0,
        columns: 80,
        colours,
        keys: "keys",
      });
      expect(lines.length).toBeLessThanOrEqual(firstScreenLinesMax);
      expect(Math.max(...lines.map(width))).toBeLessThanOrEqual(80);
    }
  }
});

test("a long failure is cut in its middle, and the command that shows it again stays whole", () => {
  const replay = "1.7c8a.".padEnd(120, "x");
  const progress: Progress = {
    ...red(),
    promises: {
      held: 3,
      of: 9,
      failing: [failing(replay), failing(null)],
      problem: undefined,
      ms: 900,
    },
  };
  for (const rows of [12, 24, 50]) {
    const lines = resultScreen(first().kata, progress, "keys", { columns: 80, rows }, colours);
    const height = lines.reduce((sum, line) => sum + heightOf(line, 80), 0);
    expect(height).toBeLessThanOrEqual(rows);
    expect(lines.at(-1)).toBe("keys");
    if (rows >= 24) expect(lines.join("\n")).toContain(`--replay ${replay}`);
    expect(lines.join("\n")).toContain("3 of 9 promises hold");
  }
});

test("a level holds when its tests and promises do, and the next one is offered", () => {
  const progress: Progress = {
    declared: { level: 1, line: 1, problem: undefined },
    tests: run({ results: [{ file: "visible", test: "a promise", state: "passed" }] }),
    promises: { held: 9, of: 9, failing: [], problem: undefined, ms: 10 },
  };
  expect(levelHolds(progress)).toBe(true);
  expect(shown(progress)).toContain("Level 1 holds. Press n for level 2");
  const { kata } = first();
  const atCore = { ...progress, declared: { ...progress.declared, level: kata.coreLevel } };
  expect(shown(atCore)).toContain("that is the core: g grades it");
  const atEnd = { ...progress, declared: { ...progress.declared, level: kata.levels.length } };
  expect(shown(atEnd)).toContain("Every level holds");
  expect(levelHolds({ ...progress, promises: "running" })).toBe(false);
});

test("code that hung is named first, and what did not run is only counted", () => {
  const progress: Progress = {
    ...red(),
    tests: run({
      cutOff: "Your code did not come back.",
      results: [
        { file: "visible", test: "failed before", state: "failed" },
        { file: "visible", test: "never came back", state: "hung" },
        { file: "visible", test: "after it", state: "not run" },
      ],
      output: ["\u001b[31mprinted\u001b[0m"],
    }),
    promises: {
      held: 0,
      of: 9,
      failing: [],
      problem: "It hangs when it is imported.",
      ms: 5,
    },
  };
  const text = shown(progress);
  expect(text.indexOf("never came back")).toBeLessThan(text.indexOf("failed before"));
  expect(text).toContain("1 test did not run.");
  expect(text).not.toContain("✗ after it");
  expect(text).toContain("It hangs when it is imported.");
  expect(text).toContain("  printed");
});

test("a level that makes no sense is said to be, with the line", () => {
  const { kata } = first();
  expect(declaredLevel("a\nexport const level = 2;", kata)).toMatchObject({ level: 2, line: 2 });
  expect(declaredLevel("export const level: number = 3", kata).level).toBe(3);
  expect(declaredLevel("", kata)).toMatchObject({ level: kata.levels.length, line: undefined });
  expect(declaredLevel("export const level = 99;", kata).problem).toContain("got 99");
  expect(declaredLevel("export const level = top;", kata).problem).toContain("got top");
});

test("the table goes on with the kata begun last, then with one that was never begun", () => {
  const { kata } = first();
  const standing = (name: string, editedLast?: Date, levelReached?: number, score?: number) => ({
    kata: { ...kata, name },
    editedLast,
    levelReached,
    score,
    totals: score === undefined ? [] : [20, score],
    readiness: null,
    weakest: undefined,
  });
  const done = standing("done", new Date(9), kata.coreLevel, 60);
  const old = standing("old", new Date(5));
  const recent = standing("recent", new Date(7), 1);
  const never = standing("never");
  expect(nextKata([done, old, recent, never])).toBe(recent);
  expect(nextKata([done, never])).toBe(never);
  expect(nextKata([done])).toBe(done);
  const all = standing("all", new Date(1), kata.levels.length);
  expect(nextKata([all])).toBe(all);
  expect(nextKata([{ ...all, readiness: "ready" }])).toBe(undefined);
  const lines = overviewLines([done, recent, never], 80, colours);
  expect(lines.join("\n")).toMatch(/done .* 60 of 70 {2}▂▇/);
  expect(overviewLines([], 80, colours).join("\n")).toContain("Every level");
});

test("the table fits 80 columns when every cell is full, and gives up columns for a long name", () => {
  const { kata } = first();
  const full = {
    kata: { ...kata, name: "mvcc-store" },
    editedLast: new Date(5),
    levelReached: undefined,
    score: 60,
    totals: [20, 30, 40, 50, 60, 70, 56],
    readiness: "passes" as const,
    weakest: { name: "Response to hints and pushback", points: 2 },
  };
  const lines = overviewLines([full], 80, colours);
  expect(lines[1]).toMatch(/mvcc-store .* not yet +60 of 70 {2}▃▄▆▇█▆ {2}passes +1970-01-01$/);
  expect(lines.join(" ")).toContain("Weakest so far: response to hints and pushback, 2 of 5.");
  expect(Math.max(...lines.map(width))).toBeLessThanOrEqual(80);
  const long = overviewLines([{ ...full, kata: { ...kata, name: "k".repeat(20) } }], 80, colours);
  expect(long[0]).not.toContain("trend");
  expect(long[1]).toMatch(/passes +1970-01-01$/);
  expect(Math.max(...long.map(width))).toBeLessThanOrEqual(80);
});

test("the weakest dimension has the fewest points; among equals, one that decides a pass", () => {
  const score = (number: number, points: number | null) => ({
    ...{ number, name: `dimension ${number}`, points, claimed: points },
    ...{ source: "self-scored" as const, by: null, bounds: [], quote: null },
  });
  expect(weakestOf([])).toBe(undefined);
  expect(weakestOf([score(1, null), score(2, 5)])).toEqual({ name: "dimension 2", points: 5 });
  expect(weakestOf([score(1, 3), score(13, 3), score(3, 4)])?.name).toBe("dimension 13");
  expect(weakestOf([score(5, 3), score(9, 2)])?.name).toBe("dimension 9");
});

test("a brief is turned into pages that fit, and none of its words is lost", () => {
  const brief = "# Title\n\n- a long item ".padEnd(400, "word ");
  const pages = pagesOf(brief, { columns: 40, rows: 6 });
  expect(pages.every((page) => page.length <= 5)).toBe(true);
  expect(pages.flat().every((line) => width(line) <= 40)).toBe(true);
  expect(pages.flat().join(" ").split(/\s+/)).toEqual(brief.trimEnd().split(/\s+/));
  expect(pagesOf("", { columns: 40, rows: 6 })).toEqual([[""]]);
});

test("a table of a brief that does not fit becomes a list, and one that fits stays", () => {
  const table = [
    "| level | what is added | minutes |",
    "| --- | --- | --- |",
    "| 1 · Log | A log. | 10 |",
  ];
  const text = ["Before", "", ...table, "", "After"].join("\n");
  const size = { columns: 80, rows: 24 };
  expect(pagesOf(text, size).flat()).toEqual(text.split("\n"));
  expect(pagesOf(text, { ...size, columns: 30 }).flat()).toEqual([
    ...["Before", ""],
    ...["- 1 · Log", "  what is added: A log.", "  minutes: 10"],
    ...["", "After"],
  ]);
  for (const { kata } of katas) {
    const brief = readFileSync(path.join(kata.folder, "README.md"), "utf8");
    const lines = pagesOf(brief, size).flat();
    expect(
      lines.filter((line) => /-{20}/.test(line)),
      kata.name,
    ).toEqual([]);
  }
});

test("prose breaks between words, and the command at its end stays whole", () => {
  const command = "npm run mock hash-ring close";
  expect(wrapAroundCommand(`End it: ${command}`, 80)).toEqual([`End it: ${command}`]);
  expect(wrapAroundCommand(`It is not over yet. End it: ${command}`, 24)).toEqual([
    ...["It is not over yet. End", "it:"],
    `  ${command}`,
  ]);
  expect(wrapAroundCommand("no command in it", 10)).toEqual(["no command", "in it"]);
});

test("text never exceeds its columns and never moves the cursor", () => {
  expect(wrap("  a bb ccc dddd", 8, "  ")).toEqual(["  a bb", "  ccc", "  dddd"]);
  expect(wrap("x".repeat(9), 4, " ")).toEqual(["xxxx", " xxx", " xx"]);
  expect(truncate("abcdef", 4)).toBe("abc…");
  expect(spread("left", "right", 12)).toBe("left   right");
  expect(spread("left", "right", 8)).toBe("left");
  expect(harmless("a\tb\u001b[2J\u0007c\r")).toBe("a  bc");
});

function first(): { kata: Kata; promises: KataPromise[] } {
  const [found] = katas;
  if (found === undefined) throw new Error("Expected a kata.");
  return found;
}

function shown(progress: Progress): string {
  const size = { columns: 80, rows: 24 };
  return resultScreen(first().kata, progress, "keys", size, colours).join("\n");
}

function red(): Progress {
  const failure = { name: "NotImplementedError", message: "Not yet.", at: "file.ts:3" };
  return {
    declared: { level: 1, line: 1, problem: undefined },
    tests: run({
      results: [
        { file: "visible", test: "a promise", state: "failed", failure },
        { file: "visible", test: "another promise", state: "failed", failure },
        { file: "own", test: "one of mine", state: "passed" },
      ],
      problems: [{ file: "late", failure: { name: "Error", message: "nobody caught it" } }],
    }),
    promises: "running",
  };
}

function run(parts: Partial<TestRun>): TestRun {
  return { results: [], problems: [], output: [], cutOff: undefined, ms: 400, ...parts };
}

function failing(replay: string | null): PromiseGrade {
  const events = Array.from({ length: 30 }, (_, index) => ({
    kind: "call" as const,
    life: 0,
    client: null,
    what: `put a=${index}`,
    detail: "answered ok",
    remark: null,
    contradiction: index === 29,
  }));
  return {
    id: "kata/promise",
    level: 1,
    sentence: "An answered put survives.",
    status: "broken",
    ms: 1,
    explored: { runs: 1, states: 1 },
    counterexample: { phase: "live", events, therefore: "it broke.", features: [] },
    replay,
    looksLike: null,
    reason: null,
  };
}
