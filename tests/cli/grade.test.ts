import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { GradeReport } from "../../scripts/lib/grade/grade-report.ts";
import { GradeRepository, kata } from "./grade-repository.ts";

const good = `
import type { Counter } from "#katas/${kata}/contract.ts";
export const level = 3;
export function createCounter(): Counter {
  let count = 0;
  return { increment: async () => (count += 1), read: async () => count };
}
`;
const countsDouble = good.replace("count += 1", "count += 2");

// A grade takes two seconds; the machine may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let repository: GradeRepository;
/** Reads types and lint as well. */
let thorough: GradeRepository;
beforeAll(() => {
  repository = new GradeRepository();
  repository.leaveOutAnalysis();
  thorough = new GradeRepository();
});
afterAll(() => {
  repository.remove();
  thorough.remove();
});

function reportIn(stdout: string): GradeReport {
  return JSON.parse(stdout) as GradeReport;
}

/** Everything that two runs of the same grade may differ in. */
function comparable(stdout: string): string {
  const { stress: _stress, ownTests: _ownTests, ...report } = reportIn(stdout);
  for (const promise of report.invariants) promise.ms = 0;
  return JSON.stringify(report);
}

describe("a grade", () => {
  it("passes an attempt that keeps every promise, keeps grade.json and says which attempt", async () => {
    const attempt = repository.attempt(good);
    const { code, stdout, stderr } = await repository.grade("--json", "--stress-seconds", "1");
    expect(stderr).toContain(`Grading attempts/${kata}/${kata}.ts, the attempt edited last.`);
    expect(code).toBe(0);
    const report = reportIn(stdout);
    expect(report).toMatchObject({
      schemaVersion: 1,
      kata,
      subject: "attempt",
      level: 3,
      seed: 1,
      partial: false,
      verdict: "pass",
      types: { ok: true, problems: [] },
      lint: { ok: true, blocking: [], remarks: [] },
      problem: null,
      stress: { status: "held", threads: 8, operations: 1234 },
      operations: { awaitsPerIncrement: 1 },
      score: { total: null, of: 70, bar: 56 },
    });
    expect(report.levels.map(({ held, of }) => [held, of])).toEqual([
      [2, 2],
      [1, 1],
      [1, 1],
    ]);
    expect(readFileSync(path.join(path.dirname(attempt), "grade.json"), "utf8")).toBe(stdout);
    const history = path.join(repository.root, "attempts/.history", kata, "grades.jsonl");
    expect(JSON.parse(readFileSync(history, "utf8"))).toMatchObject({
      ...{ kataVersion: 1, subjectHash: report.subjectHash, partial: false, verdict: "pass" },
      ...{ level: 3, levelReached: 3, total: null, points: {}, pass: null, session: null },
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    });
  });

  it("is the same twice, byte for byte, apart from what is measured in time", async () => {
    const file = repository.write("twice.ts", countsDouble);
    const gradeIt = () => repository.grade(kata, file, "--json", "--stress-seconds", "1");
    const [first, second] = await Promise.all([gradeIt(), gradeIt()]);
    expect(comparable(first.stdout)).toBe(comparable(second.stdout));
    expect(first.code).toBe(1);
  });

  it("is incomplete below the core, says what is next, and fits 80 columns", async () => {
    repository.write("level1.ts", good.replace("level = 3", "level = 1"));
    const { code, stdout } = await repository.grade(kata, "level1.ts", "--stress-seconds", "1");
    expect(code).toBe(1);
    expect(stdout).toContain("level 2     Count together                       not attempted");
    expect(stdout).toContain("incomplete: nothing wrong up to level 1; the core is level 2.");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("fails for types alone; lint speaks as a reviewer would; the promises are judged all the same", async () => {
    const flaws =
      "export const wrong: number = String(Date.now());\ntry { wrong.toFixed(); } catch {}\n";
    const file = repository.write("some where/my counter.ts", good + flaws);
    const gradeIt = () => thorough.grade("--subject", file, "--json", "--quick");
    const [{ code, stdout }, again] = await Promise.all([gradeIt(), gradeIt()]);
    const { verdict, types, lint, invariants } = reportIn(stdout);
    expect({ code, verdict }).toEqual({ code: 1, verdict: "fail" });
    expect(types.problems).toMatchObject([{ file: "my counter.ts", line: 8, column: 14 }]);
    expect(lint.blocking.map(({ line, rule }) => [line, rule])).toEqual([
      [8, "no-restricted-properties"],
      [9, "grade/no-swallowed-error"],
    ]);
    expect(invariants.map(({ status }) => status)).toEqual(Array(4).fill("held"));
    expect(comparable(again.stdout)).toBe(comparable(stdout));
  });

  it("of a file that does not parse says so in the same shape, and compares nothing else", async () => {
    thorough.write("broken.ts", "export const = 1;");
    const { code, stdout } = await thorough.grade(kata, "broken.ts", "--json");
    const report = reportIn(stdout);
    expect(code).toBe(1);
    expect(report).toMatchObject({ verdict: "fail", level: null, types: { ok: false } });
    expect(report.problem).toMatch(/^broken\.ts:1:14: /);
    expect(report.invariants.map(({ status }) => status)).toEqual(Array(4).fill("not-run"));
  });

  it("of a file with a forbidden import names the line and runs nothing", async () => {
    thorough.write(
      "cheat.ts",
      `import { suite } from "./tests/${kata}/suite.ts";\nvoid suite;\n${good}`,
    );
    const { code, stdout } = await thorough.grade(kata, "cheat.ts");
    expect(stdout).toMatch(/✗ cheat\.ts:1: imports "\.\/tests/);
    expect(code).toBe(1);
    expect(existsSync(path.join(thorough.root, "grade.json"))).toBe(false);
  });

  it("with a level as a plain word is partial and covers what it ran", async () => {
    repository.write("narrow.ts", `${good}export const singleThreaded = "one caller by design";`);
    const { code, stdout } = await repository.grade(kata, "narrow.ts", "2", "--json");
    const report = reportIn(stdout);
    const stress = {
      status: "skipped",
      reason: "not part of a narrowed grade (--stress-seconds N)",
    };
    expect(report).toMatchObject({ partial: true, verdict: "pass", stress });
    expect(report.score).toMatchObject({ total: null, pass: null, dimensions: [] });
    expect(report.invariants.map(({ status }) => status)).toEqual([
      "held",
      "held",
      "declined",
      "not-run",
    ]);
    expect(code).toBe(0);
  });
});

describe("a failure", () => {
  it("is drawn once, with what else fails and the commands that show it again", async () => {
    repository.write("double.ts", countsDouble);
    const { stdout } = await repository.grade(kata, "double.ts", "--stress-seconds", "1");
    expect(stdout.match(/✗ \w/g)).toHaveLength(2);
    expect(stdout).toContain("Fix this first; 1 more promise breaks, probably by the same cause");
    expect(stdout).toContain(`npm run grade ${kata} double.ts -- --replay 1.1 --as-test`);
    const every = await repository.grade(
      kata,
      "double.ts",
      "--every-failure",
      "--stress-seconds",
      "1",
    );
    expect(every.stdout).toContain("Increments that overlap are all counted.");
    expect(every.stdout).not.toContain("Fix this first");
  });

  it("is replayed: exit 1 while it is broken, 0 once it holds", async () => {
    repository.write("replayed.ts", countsDouble);
    const broken = await repository.grade(kata, "replayed.ts", "--replay", "1.1");
    expect(broken.stdout).toMatch(/^✗ Each increment adds exactly one/);
    expect(broken.code).toBe(1);
    repository.write("replayed.ts", good);
    const holds = await repository.grade(kata, "replayed.ts", "--replay", "1.1");
    expect(holds.stdout).toContain("✓ Each increment adds exactly one");
    expect(holds.code).toBe(0);
  });

  it("is stepped through with the subject's own output between the steps", async () => {
    repository.write(
      "stepped.ts",
      countsDouble.replace("let count = 0;", 'let count = 0; console.log("made");'),
    );
    const { code, stdout } = await repository.grade(
      kata,
      "stepped.ts",
      "--replay",
      "1.1",
      "--debug",
    );
    expect(stdout.split("\n").slice(0, 3)).toEqual([
      "made",
      "   1  increment  answered 2  ← the first",
      "   2  increment  answered 4",
    ]);
    expect(code).toBe(1);
  });

  it("is kept as a test of the attempt, once, after what is there", async () => {
    repository.attempt(countsDouble);
    const tests = repository.write(`attempts/${kata}/${kata}.test.ts`, "// mine");
    const kept = await repository.grade(kata, "--replay", "1.1", "--as-test");
    expect(kept).toMatchObject({ code: 0, stdout: "" });
    expect(readFileSync(tests, "utf8")).toBe(`// mine\n\ntest("counts up (1.1)", () => {});\n`);
    const again = await repository.grade(kata, "--replay", "1.1", "--as-test");
    expect(again.stderr).toContain("has this test already");
    expect(readFileSync(tests, "utf8")).toBe(`// mine\n\ntest("counts up (1.1)", () => {});\n`);
  });

  it("of a file that is no attempt is printed as a test and written nowhere", async () => {
    repository.write("printed.ts", countsDouble);
    const { stdout } = await repository.grade(kata, "printed.ts", "--replay", "1.1", "--as-test");
    expect(stdout).toBe(`test("counts up (1.1)", () => {});\n`);
    expect(existsSync(path.join(repository.root, "printed.test.ts"))).toBe(false);
  });
});

it("own tests are counted and run against the attempt", async () => {
  repository.attempt(good);
  repository.write(
    `attempts/${kata}/${kata}.test.ts`,
    `import { expect, test } from "vitest";
     import { createCounter } from "./${kata}.ts";
     test("zero at first", async () => expect(await createCounter().read()).toBe(0));
     test("wrong on purpose", async () => expect(await createCounter().read()).toBe(7));`,
  );
  const { stdout, code } = await repository.grade(kata, "--stress-seconds", "1");
  expect(stdout).toContain("own tests   2, 1 red on your code");
  expect(stdout).toContain("wrong on purpose");
  expect(code).toBe(0);
});
