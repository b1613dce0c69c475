/** The grade of a learner's own tests: first what the runs add up to, then real runs on a tiny kata. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { noOwnTests, type OwnTestsGrade } from "../../scripts/lib/grade/grade-report.ts";
import { runOwnTests } from "../../scripts/lib/grade/own-tests.ts";
import {
  decisiveTests,
  isCaught,
  trustedTests,
  untestedPromises,
} from "../../scripts/lib/grade/own-tests/findings.ts";
import { levelReached } from "../../scripts/lib/grade/level-reached.ts";
import { spreadOverPromises } from "../../scripts/lib/grade/own-tests/implementations.ts";
import type { TestEnd, Trial } from "../../scripts/lib/grade/own-tests/lanes.ts";
import { attemptLocation } from "../../scripts/lib/grade/subject-location.ts";
import type { Kata } from "../../scripts/lib/kata/catalogue.ts";
import { kata as tinyKata } from "./grade-fixture/kata.ts";
import { invariants } from "./grade-fixture/invariants.ts";
import { GradeRepository, kata } from "./grade-repository.ts";

vi.mock("../../scripts/lib/grade/limits.ts", () => import("./impatient-limits.ts"));
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

/** `{ a: "passed" }` as a run of one test. */
function trial(states: Record<string, TestEnd["state"]>): Trial {
  const tests = Object.entries(states).map(([test, state]) => ({ test, state, message: "why" }));
  return { tests, isFinished: true, problem: null };
}

const right = (level: number, states: Record<string, TestEnd["state"]>) => ({
  file: `right-${level}.ts`,
  level,
  trial: trial(states),
});

describe("an own test", () => {
  const attempt = trial({ good: "passed", alarm: "passed", inside: "passed", red: "failed" });
  const rights = [
    right(3, { good: "passed", alarm: "failed", inside: "failed", red: "passed" }),
    right(3, { good: "passed", alarm: "passed", inside: "hung", red: "passed" }),
  ];

  it("is trusted, a false alarm, or set aside with its reason", () => {
    expect(trustedTests(attempt, rights, [])).toEqual({
      trusted: ["good"],
      alarms: [{ test: "alarm", reason: "red on 1 of 2 right implementations: why" }],
      setAside: [
        {
          test: "inside",
          reason:
            "needs more than the contract: it is green on your code alone, and red on all 2 right implementations",
        },
        { test: "red", reason: "red on your code: why" },
      ],
    });
  });

  it("that imports what lies behind the contract is no false alarm", () => {
    const { alarms, setAside } = trustedTests(attempt, rights, ["./log.ts"]);
    expect(alarms).toEqual([]);
    expect(setAside).toContainEqual({
      test: "alarm",
      reason: "needs more than the contract: it imports ./log.ts",
    });
  });

  it("of a later level says nothing about a bug that goes less far", () => {
    const modest = right(1, { early: "passed", late: "failed" });
    const all = [modest, right(3, { early: "passed", late: "passed" })];
    expect(decisiveTests(["early", "late"], 1, 3, all)).toEqual(["early"]);
    expect(decisiveTests(["early", "late"], 3, 3, all)).toEqual(["early", "late"]);
    expect(decisiveTests(["early", "late"], 1, 3, all.slice(1))).toBeNull();
  });

  it("catches a bug on which it is red, hangs, or cannot even load", () => {
    const loadsNot: Trial = { tests: [], isFinished: false, problem: "no" };
    expect(isCaught(trial({ a: "passed", b: "failed" }), ["a"])).toBe(false);
    expect(isCaught(trial({ a: "passed", b: "failed" }), ["a", "b"])).toBe(true);
    expect(isCaught(trial({ a: "hung" }), ["a"])).toBe(true);
    expect(isCaught(loadsNot, ["a"])).toBe(true);
    expect(isCaught(loadsNot, [])).toBe(false);
  });
});

it("a promise is untested when none of its bugs is caught, and comes before one that is tested in part", () => {
  const bug = (promise: string) => ({ name: promise, file: "", promise, level: 1 });
  const promises = ["x", "y", "z"].map((id) => ({
    ...{ id, level: 1, sentence: `${id}!`, interleavings: false },
  }));
  const tried = [
    { bug: bug("x"), caught: true },
    { bug: bug("x"), caught: false },
    { bug: bug("y"), caught: false },
    { bug: bug("z"), caught: true },
  ];
  expect(untestedPromises(promises, tried)).toEqual([
    { id: "y", sentence: "y!", caught: 0, of: 1 },
    { id: "x", sentence: "x!", caught: 1, of: 2 },
  ]);
});

it("any beginning of the planted bugs is spread over the promises", () => {
  const bugs = ["a", "a", "a", "b", "b", "c"].map((promise) => ({ promise }));
  const order = spreadOverPromises(bugs, ["a", "b", "c"]).map(({ promise }) => promise);
  expect(order.join("")).toBe("abcaba");
});

it("the level reached is the last one without a promise that was lost", () => {
  const promise = (level: number, status: "held" | "declined" | "broken" | "not-attempted") =>
    ({ level, status }) as Parameters<typeof levelReached>[0][number];
  expect(levelReached([promise(1, "held"), promise(2, "declined")])).toBe(2);
  expect(levelReached([promise(1, "held"), promise(2, "not-attempted")])).toBe(1);
  expect(levelReached([promise(1, "broken"), promise(2, "held")])).toBe(0);
});

// ── Real runs ─────────────────────────────────────────────────────────────────────────────────

const counting = `
  let count = 0;
  return { increment: async () => (count += 1), read: async () => count };`;

function source(level: number, body: string, bug = ""): string {
  return `export const level = ${level};\n${bug}\nexport function createCounter() {${body}\n}\n`;
}

function planted(promise: string, level: number): string {
  return `export const impostor = { promise: "${kata}/${promise}", level: ${level}, misconception: "it will do" };`;
}

const head = `
  import { expect, test } from "vitest";
  import { createCounter } from "./${kata}.ts";`;

const ownTests = `${head}
  test("counts up", async () => {
    const counter = createCounter();
    await counter.increment();
    expect(await counter.increment()).toBe(2);
    expect(await counter.read()).toBe(2);
  });
  test("has its two calls and nothing else", () => {
    expect(Object.keys(createCounter())).toEqual(["increment", "read"]);
  });
  test("starts at seven", async () => {
    expect(await createCounter().read()).toBe(7);
  });`;

let repository: GradeRepository;
beforeAll(() => {
  repository = new GradeRepository();
  repository.attempt(
    source(3, counting.replace("return", "if (count > 9) throw new Error('never');\n  return")),
  );
  repository.write(`solutions/${kata}/${kata}.ts`, source(3, counting));
  const inAClass = `
  class Counter {
    #count = 0;
    async increment() { return (this.#count += 1); }
    async read() { return this.#count; }
  }
  return new Counter();`;
  repository.write(`tests/${kata}/alternates/class.ts`, source(3, inAClass));
  const bugs = {
    "counts-double": ["counts-up", 1, counting.replace("+= 1", "+= 2")],
    "starts-at-one": ["starts-at-zero", 1, counting.replace("= 0", "= 1")],
    spins: ["counts-up", 1, counting.replace("async () => count ", "async () => { for (;;); } ")],
    "never-answers": [
      "counts-together",
      2,
      counting.replace("async () => count ", "() => new Promise(() => {}) "),
    ],
    shared: ["each-is-its-own", 3, counting.replace("let count = 0", "globalThis.sum ??= 0")],
  } as const;
  for (const [name, [promise, level, body]] of Object.entries(bugs)) {
    const shared = body.replaceAll(/\bcount\b/g, name === "shared" ? "globalThis.sum" : "count");
    const text = source(3, shared, planted(promise, level));
    repository.write(`tests/${kata}/impostors/${name}.ts`, text);
  }
});
afterAll(() => repository.remove());

function gradeOf(tests: string | null): Promise<OwnTestsGrade> {
  const tiny: Kata = { ...tinyKata, folder: path.join(repository.root, "katas", kata) };
  const subject = attemptLocation(repository.root, tiny);
  if (tests !== null) repository.write(subject.testFile, tests);
  return runOwnTests({
    ...{ root: repository.root, subject, promises: invariants, level: 3, singleThreaded: false },
    attemptFiles: [subject.file],
    invariants: invariants.map((promise) => ({
      ...{ ...promise, status: "held", ms: 0, explored: { runs: 1, states: 1 } },
      ...{ counterexample: null, replay: null, looksLike: null, reason: null },
    })),
  });
}

describe("the grade of own tests", () => {
  it("is empty where there are none", async () => {
    expect(await gradeOf(null)).toEqual(noOwnTests);
  });

  it("counts what they catch, and names the rest", async () => {
    const grade = await gradeOf(ownTests);
    expect(grade).toMatchObject({
      count: 3,
      caught: 4,
      of: 5,
      planted: 5,
      falseAlarms: 1,
      alarms: [{ test: "has its two calls and nothing else" }],
      setAside: [
        { test: "starts at seven", reason: expect.stringContaining("red on your code") as string },
      ],
      untested: [{ id: `${kata}/each-is-its-own`, caught: 0, of: 1 }],
      uncovered: [`${kata}.ts:5`],
      problem: null,
    });
    const attempt = path.join(repository.root, "attempts", kata);
    expect(readdirSync(attempt).sort()).toEqual([`${kata}.test.ts`, `${kata}.ts`]);
    expect(existsSync(path.join(attempt, "__snapshots__"))).toBe(false);
  });

  it("names no branch where the attempt is imported as a whole, and only its exports are not used", async () => {
    const whole = ownTests.replace(
      head,
      `${head}\nimport * as whole from "./${kata}.ts";\nObject.keys(whole);`,
    );
    expect((await gradeOf(whole)).uncovered).toEqual([`${kata}.ts:5`]);
  });

  it("says where a file that does not parse goes wrong", async () => {
    const { count, problem } = await gradeOf(`${head}\n  test("half`);
    expect(count).toBe(0);
    expect(problem).toMatch(new RegExp(`^${kata}\\.test\\.ts:4:\\d+: `));
  });

  it("is not held up by a file that does not come back", async () => {
    const { count, problem } = await gradeOf(`${head}\n  for (;;);`);
    expect(count).toBe(0);
    expect(problem).toContain("did not come back while they were loaded");
  });
});
