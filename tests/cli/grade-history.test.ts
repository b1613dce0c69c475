/** What stays of a grade: a history that only grows and can always be read, and the table of all references. */
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { betweenMarkers } from "../../scripts/lib/grade/between-markers.ts";
import {
  noOwnTests,
  noStress,
  unscored,
  type GradeReport,
  type PromiseGrade,
} from "../../scripts/lib/grade/grade-report.ts";
import { gradeRow, tableMarkdown, tableText } from "../../scripts/lib/grade/reference-table.ts";
import { saveGrade } from "../../scripts/lib/grade/save-grade.ts";
import { appendGrade, readGrades } from "../../scripts/lib/journal/grade-history.ts";
import { journalsOf } from "../../scripts/lib/journal/journals.ts";
import type { Attempt } from "../../scripts/lib/kata/attempt.ts";
import { readinessOf } from "../../scripts/lib/kata/readiness-of.ts";
import { sparkline } from "../../scripts/lib/kata/trend.ts";
import { GradeRepository, kata } from "./grade-repository.ts";

// A grade takes two seconds; the machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const counter = `
import type { Counter } from "#katas/${kata}/contract.ts";
export const level = 3;
export function createCounter(): Counter {
  let count = 0;
  return { increment: async () => (count += 1), read: async () => count };
}
`;

let repository: GradeRepository;
let attempt: Attempt;
beforeAll(() => {
  repository = new GradeRepository();
  repository.leaveOutAnalysis();
  attempt = attemptIn(path.join(repository.root, "attempts"));
});
afterAll(() => repository.remove());

function attemptIn(attempts: string): Attempt {
  const folder = path.join(attempts, kata);
  const file = (name: string) => path.join(folder, name);
  return {
    folder,
    subjectFile: file(`${kata}.ts`),
    testFile: file(`${kata}.test.ts`),
    notesFile: file("NOTES.md"),
    beginningFile: file(".attempt.json"),
  };
}

function promise(level: number, status: PromiseGrade["status"]): PromiseGrade {
  return {
    ...{ id: `${kata}/${level}`, level, sentence: "", status, ms: 0 },
    ...{ explored: { runs: 1, states: 1 }, counterexample: null, replay: null },
    ...{ looksLike: null, reason: null },
  };
}

function report(changes: Partial<GradeReport> = {}): GradeReport {
  return {
    ...{ schemaVersion: 1, kata, kataVersion: 2, suiteHash: "s", subjectHash: "h" },
    ...{ subject: "attempt", level: 3, seed: 1, partial: false, node: "20", platform: "linux" },
    ...{ verdict: "pass", types: { ok: true, problems: [] }, problem: null },
    lint: { ok: true, blocking: [], remarks: [] },
    levels: [
      { level: 1, title: "Count", held: 2, of: 2 },
      { level: 2, title: "Count together", held: 0, of: 1 },
      { level: 3, title: "Count for ever", held: 1, of: 1 },
    ],
    invariants: [
      promise(1, "held"),
      promise(1, "declined"),
      promise(2, "broken"),
      promise(3, "held"),
    ],
    stress: noStress,
    operations: {},
    ownTests: noOwnTests,
    score: unscored,
    ...changes,
  };
}

const occasion = { at: new Date(0), session: null };

describe("the history of an attempt", () => {
  it("gets a line for a narrowed grade, too, and can be read whenever a grade is killed", async () => {
    repository.attempt(counter);
    const { grades } = journalsOf(attempt);
    await appendGrade(attempt, report(), occasion);
    const whole = textOf(grades);

    const beforeItsLine = repository.start(kata, "--quick");
    beforeItsLine.stderr?.once("data", () => beforeItsLine.kill("SIGKILL"));
    await once(beforeItsLine, "close");
    expect(textOf(grades)).toBe(whole);

    const atItsLine = repository.start(kata, "--quick");
    const look = setInterval(() => textOf(grades) !== whole && atItsLine.kill("SIGKILL"), 1);
    await once(atItsLine, "close");
    clearInterval(look);
    expect(textOf(grades).startsWith(whole)).toBe(true);
    expect(textOf(grades).length).toBeGreaterThan(whole.length);
    // Torn by the kill or not, the next grade adds to it.
    const kept = readGrades(attempt);
    if (kept.length > 1) expect(kept[1]).toMatchObject({ partial: true, verdict: "pass" });
    await appendGrade(attempt, report({ seed: 9 }), occasion);
    expect(readGrades(attempt)).toHaveLength(kept.length + 1);
    expect(readGrades(attempt).at(-1)?.seed).toBe(9);
  });

  it("knows nothing of other files, and says when it cannot be written", async () => {
    const attempts = mkdtempSync(path.join(tmpdir(), "grade history "));
    try {
      const { folder, subjectFile } = attemptIn(attempts);
      const subject = (kind: "attempt" | "file") => ({
        ...{ kind, file: subjectFile, shownAs: "it", words: [kata], options: [], testFile: "" },
        kata: { name: kata, title: "", version: 1, coreLevel: 1, levels: [], folder: "" },
      });
      expect(await saveGrade(report(), subject("file"))).toEqual([]);
      expect(readdirSync(attempts)).toEqual([]);
      writeFileSync(path.join(attempts, ".history"), "in the way");
      writeFileSync(folder, "in the way, too");
      const [line, grade] = await saveGrade(report(), subject("attempt"));
      expect(line).toMatch(/^The line of the history could not be kept: ./);
      expect(grade).toMatch(/^The grade in .*grade.json could not be kept: ./);
    } finally {
      rmSync(attempts, { recursive: true });
    }
  });

  it("loses at most the line that was being written, wherever it is torn", async () => {
    const attempts = mkdtempSync(path.join(tmpdir(), "grade history "));
    try {
      const torn = attemptIn(attempts);
      const { grades } = journalsOf(torn);
      await appendGrade(torn, report({ seed: 1 }), occasion);
      const one = readFileSync(grades).length;
      await appendGrade(torn, report({ seed: 2 }), occasion);
      const both = readFileSync(grades);
      for (let length = one; length <= both.length; length += 1) {
        writeFileSync(grades, both);
        truncateSync(grades, length);
        await appendGrade(torn, report({ seed: 3 }), occasion);
        const seeds = readGrades(torn).map(({ seed }) => seed);
        // Without its line feed a line is whole all the same.
        expect(seeds).toEqual(length >= both.length - 1 ? [1, 2, 3] : [1, 3]);
      }
      appendFileSync(grades, `null\n[]\n{"at":"","partial":1}\nnonsense\n`);
      expect(readGrades(torn).map(({ seed }) => seed)).toEqual([1, 2, 3]);
    } finally {
      rmSync(attempts, { recursive: true });
    }
  });

  it("keeps the level below which everything holds, and the points of what is scored", async () => {
    const attempts = mkdtempSync(path.join(tmpdir(), "grade history "));
    try {
      const scored = attemptIn(attempts);
      const dimension = (number: number, points: number | null) => ({
        ...{ number, name: "", points, claimed: 5, source: "self-scored" as const },
        ...{ by: null, bounds: [], quote: null },
      });
      const dimensions = [dimension(1, 4), dimension(2, null), dimension(3, 2)];
      const score = { ...unscored, total: 60, pass: true, dimensions };
      await appendGrade(scored, report({ score }), { ...occasion, session: 7 });
      expect(readGrades(scored)).toMatchObject([
        { levelReached: 1, total: 60, pass: true, points: { 1: 4, 3: 2 }, session: 7 },
      ]);
    } finally {
      rmSync(attempts, { recursive: true });
    }
  });

  it("says what the last full grade has come to, and ready where the sessions say so", async () => {
    const attempts = mkdtempSync(path.join(tmpdir(), "grade history "));
    try {
      const person = attemptIn(attempts);
      const graded = async (changes: Partial<GradeReport>, session: number | null, pass = true) => {
        const score = { ...unscored, total: pass ? 60 : 40, pass };
        await appendGrade(person, report({ score, ...changes }), { at: new Date(0), session });
        return readinessOf(readGrades(person), session === 5);
      };
      expect(readinessOf([], false)).toBe(null);
      expect(await graded({ partial: true }, null)).toBe(null);
      expect(await graded({ verdict: "fail" }, null)).toBe(null);
      expect(await graded({}, null, false)).toBe("works");
      expect(await graded({ subjectHash: "a" }, 1)).toBe("passes");
      expect(await graded({ subjectHash: "a" }, 2)).toBe("passes");
      expect(await graded({ subjectHash: "b" }, 3, false)).toBe("works");
      expect(await graded({ subjectHash: "c" }, 4)).toBe("passes");
      expect(await graded({ subjectHash: "d" }, 5)).toBe("ready");
    } finally {
      rmSync(attempts, { recursive: true });
    }
  });

  it("is drawn as bars from the least to the most a score can be, the latest six", () => {
    expect(sparkline([14, 42, 70])).toBe("▁▅█");
    expect(sparkline([70, 14, 14, 14, 14, 14, 14])).toBe("▁▁▁▁▁▁");
    expect(sparkline([])).toBe("");
  });
});

describe("the references side by side", () => {
  it("are the same rows as JSON and between the markers of a file", async () => {
    repository.write(`solutions/${kata}/${kata}.ts`, counter);
    const readme = repository.write(
      "README.md",
      "before\n<!-- grades of the references -->\nold\n<!-- end -->\nafter\n",
    );
    const options = ["--reference", "--all", "--quick", "--json"];
    const { code, stdout } = await repository.grade(...options, "--markdown", "README.md");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      grades: [{ kata, subject: "reference", partial: true }],
      table: [{ kata, verdict: "pass", promises: { held: 4, of: 4 }, ownTests: { caught: 0 } }],
    });
    expect(readFileSync(readme, "utf8")).toMatch(
      /^before\n<!-- .* -->\n\n\| kata[^]*\| tiny-counter \| +4 of 4 \|[^]*\n\n<!-- end -->\nafter\n$/,
    );
  });

  it("refuse a file without markers before anything is graded", async () => {
    repository.write("plain.md", "no markers");
    const refused = await repository.grade("--reference", "--all", "--markdown", "plain.md");
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("Expected plain.md to have a line");
    expect(refused.stderr).not.toContain("Grading");
    const alone = await repository.grade("--markdown", "README.md");
    expect(alone.stderr).toContain("--markdown needs --reference --all");
  });

  it("fit 80 columns, and Markdown is padded as Prettier pads it", () => {
    const graded = report({
      ownTests: { ...noOwnTests, count: 12, caught: 31, of: 44 },
      score: { ...unscored, total: 66 },
      stress: { ...noStress, status: "held" },
    });
    const rows = [gradeRow(graded, 41.4), gradeRow(report({ verdict: "fail", partial: true }), 9)];
    expect(tableMarkdown(rows)).toBe(
      [
        "| kata         | promises held | stress  | own tests caught |    score | seconds |",
        "| ------------ | ------------: | ------- | ---------------: | -------: | ------: |",
        "| tiny-counter |        2 of 4 | held    |         31 of 44 | 66 of 70 |      41 |",
        "| tiny-counter |        2 of 4 | skipped |             none | unscored |       9 |",
      ].join("\n"),
    );
    const lines = tableText(rows, 80);
    expect(lines.at(-1)).toBe("Not a full grade.");
    expect(lines[1]).toMatch(/^✓ {2}tiny-counter/);
    expect(lines[2]).toMatch(/^✗ {2}tiny-counter/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(() => betweenMarkers("<!-- end -->", "x.md", "")).toThrow("Expected x.md");
  });
});

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
