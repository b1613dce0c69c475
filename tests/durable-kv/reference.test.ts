import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { invariants } from "#katas/durable-kv/invariants.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import {
  allHeld,
  inRepository,
  judge,
  judgeAll,
  promisesOf,
  subjectAt,
} from "./promises.test-support.ts";
import { suite } from "./suite.ts";

const effort = 0.25;
const timeout = 120_000;
const ids = invariants.map(({ id }) => id);

describe("the reference", { timeout }, () => {
  const ran: string[] = [];

  test.for(invariants)("holds: $sentence", async ({ id }) => {
    const reference = await subjectAt("solutions/durable-kv/durable-kv.ts");
    const verdict = await judge(reference, id, effort);
    ran.push(id);
    expect(verdict).toMatchObject({ status: "held" });
  });

  test("was asked every public promise once", () => {
    expect(ran).toEqual(ids);
  });
});

test("what a strong candidate has at the bell holds the core", { timeout }, async () => {
  const subject = await subjectAt("solutions/durable-kv/in-the-interview.ts");
  expect(subject.exports["level"]).toBe(kata.coreLevel);
  expect(await judgeAll(subject, effort)).toEqual(allHeld(subject));
});

test("the starter holds no promise of its level", { timeout }, async () => {
  const starter = await subjectAt("katas/durable-kv/starter.ts");
  expect(starter.exports["level"]).toBe(1);
  const outcomes = await judgeAll(starter, effort);
  expect(Object.keys(outcomes)).toEqual(promisesOf({ level: 1 }));
  for (const outcome of Object.values(outcomes)) expect(outcome).not.toBe("held");
});

test("nothing above its level is asked of a subject, nor what it declines", () => {
  const levelsAsked = new Set(
    invariants.filter(({ id }) => promisesOf({ level: 1 }).includes(id)).map(({ level }) => level),
  );
  expect([...levelsAsked]).toEqual([1]);
  expect(promisesOf({})).toEqual(ids);
  expect(promisesOf({ singleThreaded: "one call at a time" })).toEqual(
    invariants.filter(({ interleavings }) => !interleavings).map(({ id }) => id),
  );
});

describe("the ids of the promises", () => {
  test("are those of the checks, each once", () => {
    expect(Object.keys(suite.checks)).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.for(["README.md", "contract.ts", "example.test.ts", "starter.ts"])(
    "that %s mentions are public ones",
    (name) => {
      const text = readFileSync(inRepository(`katas/durable-kv/${name}`), "utf8");
      // Not the folder of the same name in a path.
      const mentioned = text.match(/(?<![\w#/.])durable-kv\/[a-z-]+(?![\w./-])/g) ?? [];
      expect(mentioned.filter((id) => !ids.some((known) => known === id))).toEqual([]);
    },
  );

  test("are of levels that the kata has", () => {
    const levels = [...new Set(invariants.map(({ level }) => level))];
    expect(levels).toEqual(kata.levels.map((_, index) => index + 1));
  });
});
