/** The suite of a kata of ten lines, without a disk and without a promise in sight. */
import { describe, expect, test } from "vitest";
import type { LoadedSubject } from "./check.ts";
import type { Experiment } from "./experiment.ts";
import { suiteOf } from "./suite-of.ts";
import { encodeToken } from "./token.ts";

interface Subject {
  createTally: () => { add(count: number): void; sum(): number };
}
type Id = "tally/sums-up";

const sumsUp: Experiment<Subject, number[]> = {
  promise: "tally/sums-up",
  kataVersion: 2,
  cases: () => [[1], [2, 3, 4]],
  async run(subject, counts, listener) {
    const tally = subject.exports.createTally();
    for (const count of counts) tally.add(count);
    const [sum, expected] = [tally.sum(), counts.reduce((one, other) => one + other, 0)];
    if (sum === expected) return { kind: "held", states: 0 };
    const detail = `answered ${sum}`;
    const event = { kind: "call", life: 1, client: null, what: "sum", detail } as const;
    listener?.({ ...event, remark: null, contradiction: true });
    const therefore = `${counts.join(" + ")} is ${expected}.`;
    return { kind: "broken", states: 0, signature: "sum", phase: "live", therefore, features: [] };
  },
  *smaller(counts) {
    for (const index of counts.keys()) yield counts.toSpliced(index, 1);
  },
  pack: (counts) => counts.join("+"),
  unpack: (packed) => String(packed).split("+").map(Number),
};

const suite = suiteOf<Subject, Id>({
  kata: { name: "tally", version: 2 },
  invariants: [{ id: "tally/sums-up", sentence: "A sum is the sum of what was added." }],
  factories: ["createTally"],
  experiments: { "tally/sums-up": sumsUp },
  asTest: (id, content) => ({ lines: [`// ${id}: ${JSON.stringify(content)}`, "createTally();"] }),
  operations: async () => ({ additions: 1 }),
});

const right = subject((counts) => counts.reduce((one, other) => one + other, 0));
const forgetful = subject((counts) => counts.at(-1) ?? 0);
const token = encodeToken(2, "tally/sums-up", "2+3");

function subject(sum: (counts: number[]) => number): LoadedSubject<Subject> {
  const exports: Subject = {
    createTally() {
      const counts: number[] = [];
      return { add: (count) => void counts.push(count), sum: () => sum(counts) };
    },
  };
  return { file: "tally.ts", exports, fresh: async () => exports };
}

describe("the suite of a kata", () => {
  test("has a check for each promise", async () => {
    const check = suite.checks["tally/sums-up"];
    expect(await check(right, { seed: 1, effort: 1 })).toMatchObject({ status: "held" });
    const verdict = await check(forgetful, { seed: 1, effort: 1 });
    expect(verdict).toMatchObject({
      status: "broken",
      counterexample: { therefore: "3 + 4 is 7." },
      replay: encodeToken(2, "tally/sums-up", "3+4"),
    });
  });

  test("replays a token, and tells each line", async () => {
    const told: string[] = [];
    const replayed = await suite.replay(forgetful, token, ({ what, detail }) =>
      told.push(`${what} ${detail}`),
    );
    expect(replayed).toMatchObject({ id: "tally/sums-up", verdict: { status: "broken" } });
    expect(told).toEqual(["sum answered 3"]);
    expect(await suite.replay(right, token)).toMatchObject({ verdict: { status: "held" } });
  });

  test("names the promise of a token, and nothing else", () => {
    expect(suite.tokenPromise(token)).toEqual({ id: "tally/sums-up" });
  });

  test.for([
    ["of another version", encodeToken(1, "tally/sums-up", "1"), "is of version 1 of tally"],
    ["of another kata", encodeToken(2, "other/promise", "1"), "names no promise of tally"],
    [
      "that was mistyped",
      token.replace(/.$/, (digit) => (digit === "0" ? "1" : "0")),
      "is damaged",
    ],
  ] as const)("says what is wrong with a token %s", async ([, wrong, sentence]) => {
    expect(suite.tokenPromise(wrong)).toEqual({
      problem: expect.stringContaining(sentence) as string,
    });
    expect(() => suite.asTest(wrong)).toThrow(sentence);
    await expect(suite.replay(right, wrong)).rejects.toThrow(sentence);
  });

  test("writes the case of a token as a test of that name, with the token itself", () => {
    const text = suite.asTest(` ${token} `);
    expect(text).toContain(`npm run grade tally -- --replay ${token}\n`);
    expect(text).toContain('"A sum is the sum of what was added. (history ');
    expect(text).toContain("// tally/sums-up: [2,3]");
  });

  test("says which function a module lacks", () => {
    expect(suite.exportsProblem({ createTally: () => 1 })).toBe(undefined);
    const expected = "Expected the file to export the function createTally;";
    expect(suite.exportsProblem({})).toBe(`${expected} it exports nothing by name.`);
    expect(suite.exportsProblem({ createTally: 1 })).toBe(`${expected} it is a number.`);
    expect(suite.exportsProblem({ default: 1, b: 1, c: 1, d: 1, e: 1, f: 1 })).toBe(
      `${expected} it exports a default, b, c, d, e and more.`,
    );
    const unset = Object.defineProperty({}, "createTally", {
      get: () => {
        throw new ReferenceError("too early");
      },
    });
    expect(suite.exportsProblem(unset)).toBe(
      `${expected} reading it throws ReferenceError: too early.`,
    );
  });

  test("lets the kata stand between a check and the subject", async () => {
    const spoken = suiteOf<Subject, Id>({
      kata: { name: "tally", version: 2 },
      invariants: [{ id: "tally/sums-up", sentence: "" }],
      factories: ["createTally"],
      experiments: { "tally/sums-up": sumsUp },
      asTest: () => ({ lines: [] }),
      operations: async () => ({}),
      runCheck: (_subject, check) => check(right),
    });
    const { status } = await spoken.checks["tally/sums-up"](forgetful, { seed: 1, effort: 1 });
    expect(status).toBe("held");
    expect(await spoken.replay(forgetful, token)).toMatchObject({ verdict: { status: "held" } });
  });
});
