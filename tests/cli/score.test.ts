/** The score of whole grades: evidence from every source lowers what was claimed, and nobody is asked unasked. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseCommandLine } from "../../scripts/lib/arguments.ts";
import { gradeCommand, refuseContradictions } from "../../scripts/lib/grade/grade-options.ts";
import { unscored, type GradeReport } from "../../scripts/lib/grade/grade-report.ts";
import { coloursFor } from "../../scripts/lib/terminal/colours.ts";
import { scoreLines } from "../../scripts/lib/score/score-lines.ts";
import { GradeRepository, kata, type Finished } from "./grade-repository.ts";

const good = `
import type { Counter } from "#katas/${kata}/contract.ts";
export const level = 3;
export function createCounter(): Counter {
  let count = 0;
  return { increment: async () => (count += 1), read: async () => count };
}
`;
/** Counts double, does not type-check, swallows an error. */
const flawed = `${good.replace("count += 1", "count += 2")}
export const wrong: number = "a text";
try { wrong.toFixed(); } catch {}
`;
const line = "Two counters know nothing of each other, because each has its own count.";

// A grade takes two seconds; the machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let repository: GradeRepository;
beforeAll(() => {
  repository = new GradeRepository();
});
afterAll(() => repository.remove());

const beside = (name: string) => path.join("attempts", kata, name);

describe("an attempt with every flaw that can be planted, whose owner claims five points throughout", () => {
  let report: GradeReport;
  let finished: Finished;
  beforeAll(async () => {
    repository.attempt(flawed);
    repository.write(beside("NOTES.md"), `# Notes\n\n## Trade-offs\n\n${line}\n`);
    const dimensions = Object.fromEntries(
      Array.from({ length: 14 }, (_, index) => [
        `${index + 1}`,
        { points: 5, quote: index === 13 ? "A line that was deleted since." : line },
      ]),
    );
    repository.write(
      beside("answers.json"),
      JSON.stringify({ version: 1, kata, dimensions, sheets: {}, selfEvaluation: {} }),
    );
    repository.write(beside("scores.json"), '{ "by": "Ada", "scores": { "10": 4, "12": 5 } }');
    const bench = { schemaVersion: 1, kata, subjectHash: "of yesterday" };
    repository.write(beside("bench.json"), JSON.stringify({ ...bench, courses: [], growths: [] }));
    const help = [
      { event: "hint", hint: "count", rung: 1, about: "algorithm" },
      { event: "hint", hint: "await", rung: 1, about: "concurrency" },
      { event: "solution", level: null },
    ].map((entry) => JSON.stringify({ at: "2026-01-01T00:00:00Z", kataVersion: 1, ...entry }));
    repository.write(`attempts/.history/${kata}/help.jsonl`, `${help.join("\n")}\n`);
    const rubric = {
      ...{ kata, hints: [], sheets: { design: [], tradeOffs: [] } },
      operations: [{ name: "awaitsPerIncrement", good: 0.5 }],
    };
    repository.write(
      `rubric/${kata}/kata-rubric.ts`,
      `export const kataRubric = ${JSON.stringify(rubric)};`,
    );
    finished = await repository.grade("--json", "--stress-seconds", "1");
    report = JSON.parse(finished.stdout) as GradeReport;
  });

  it("gets what evidence allows, each bound with its reason", () => {
    const held = report.score.dimensions.filter(({ bounds }) => bounds.length > 0);
    expect(
      held.map(({ number, points, claimed, bounds }) => [number, points, claimed, bounds]),
    ).toEqual([
      [4, 3, 5, ["at most 3: it does more work than a good solution needs"]],
      [
        ...[5, 2, 5],
        ["at most 2: a promise of level 1 or 2 does not hold", "at most 2: it does not type-check"],
      ],
      [6, 3, 5, ["at most 3: it does more work than a good solution needs"]],
      [7, 2, 5, ["at most 2: it does not type-check"]],
      [8, 1, null, ["at most 1: there are no tests of your own"]],
      [11, 2, 5, ["at most 2: the core was not reached"]],
      [12, 3, 5, ["at most 3: each hint opened takes a point"]],
      [14, 2, 5, ["at most 2: no line of the notes or of the code supports the claim"]],
    ]);
  });

  it("has a total that adds up, does not pass, and says what a reader has to know", () => {
    const { total, pass, remarks, dimensions } = report.score;
    expect(total).toBe(5 + 5 + 5 + 3 + 2 + 3 + 2 + 1 + 5 + 4 + 2 + 3 + 5 + 2);
    expect(pass).toBe(false);
    expect(remarks).toEqual([
      "after reading the solution",
      "bench.json is of other code than this and counts for nothing",
      "with 2 hints",
    ]);
    expect(dimensions.map(({ source }) => source)).toEqual([
      ...["self-scored", "self-scored", "self-scored", "self-scored", "self-scored", "self-scored"],
      ...["self-scored", "measured", "self-scored", "scored-by", "self-scored", "scored-by"],
      ...["self-scored", "self-scored"],
    ]);
    expect(dimensions[9]).toMatchObject({ points: 4, by: "Ada" });
    expect(dimensions[12]?.quote).toBe(line);
  });

  it("fails by its verdict, not by its score", () => {
    expect(report.verdict).toBe("fail");
    expect(finished.code).toBe(1);
  });
});

describe("--score where nobody can answer", () => {
  let finished: Finished;
  const damaged = '{ "version": 1, "kata": "tiny-counter", "dimensions": ';
  const file = "counters/mine.ts";
  beforeAll(async () => {
    repository.write(file, good);
    repository.write("counters/mine.answers.json", damaged);
    finished = await repository.grade(kata, file, "--score", "--stress-seconds", "1");
  });

  it("says what it needs, grades, and exits by the verdict", () => {
    expect(finished.stderr).toContain("--score asks questions and needs a terminal.");
    expect(finished.stderr).toContain("counters/mine.scores.json");
    expect(finished.stdout).toContain("pass: every promise up to level 3");
    expect(finished.code).toBe(0);
  });

  it("names a damaged file of answers, and leaves it alone", () => {
    expect(finished.stderr).toContain("counters/mine.answers.json: expected JSON");
    const text = readFileSync(path.join(repository.root, "counters/mine.answers.json"), "utf8");
    expect(text).toBe(damaged);
  });

  it("shows fourteen lines in 80 columns, no total, the first gap and what to do next", () => {
    const lines = finished.stdout.split("\n");
    expect(lines.filter((each) => /^ {2}[ \d]\d {2}\S/.test(each))).toHaveLength(14);
    expect(finished.stdout).toContain("13  Trade-off reasoning             –  not scored");
    expect(finished.stdout).toContain("incomplete: ");
    expect(finished.stdout).toMatch(/first gap {3}no test of your own; a pass needs 4/);
    expect(finished.stdout).toContain("do next     write the promises of level 1 as tests");
    expect(lines.at(-2)).toContain(`npm run grade ${kata} ${file} -- --score`);
    expect(Math.max(...lines.map((each) => each.length))).toBeLessThanOrEqual(80);
  });
});

it("a narrowed grade has no score", () => {
  const report = { partial: true, score: unscored } as GradeReport;
  expect(scoreLines(report, 80, coloursFor({}))).toEqual([]);
});

it.each([
  [["--score", "--quick"], "leave out --quick"],
  [["--score", "--level", "1"], "leave out --level"],
  [["--score", "--only", "counts-up"], "leave out --only"],
  [["--score", "--replay", "1.1"], "leave out --replay"],
  [["--score", "--all"], "leave out --all"],
  [["--again"], "--again needs --score"],
])("%j is refused with what was expected", (typed, sentence) => {
  expect(() => refuseContradictions(parseCommandLine(gradeCommand, typed, {}))).toThrow(sentence);
});
