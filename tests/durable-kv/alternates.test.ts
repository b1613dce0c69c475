import { describe, expect, test } from "vitest";
import { kata } from "#katas/durable-kv/kata.ts";
import { allHeld, judgeAll, namesIn, subjectAt } from "./promises.test-support.ts";

const effort = 0.1;
const folder = "tests/durable-kv/alternates";
const names = namesIn(folder);

test("at least three structures differ from the reference", () => {
  expect(names.length).toBeGreaterThanOrEqual(3);
});

describe("another right implementation", { timeout: 120_000 }, () => {
  test.for(names)("%s holds every promise up to its level", async (name) => {
    const subject = await subjectAt(`${folder}/${name}.ts`);
    const { level } = subject.exports;
    expect(level).toBeGreaterThanOrEqual(kata.coreLevel);
    expect(level).toBeLessThanOrEqual(kata.levels.length);
    expect(await judgeAll(subject, effort)).toEqual(allHeld(subject));
  });
});
