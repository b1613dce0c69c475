/** Proves that the checks judge promises and not structure: quite different implementations pass. */
import { describe, expect, test } from "vitest";
import {
  allHeld,
  judgeAll,
  namesIn,
  type ProofBudget,
  type ProvenKata,
  subjectAt,
} from "./promises.ts";

const alternatesMin = 3;

export function proveAlternates<Subject, Id extends string>(
  proven: ProvenKata<Subject, Id>,
  { effort = 0.1, timeoutMs: timeout = 120_000 }: ProofBudget = {},
): void {
  const { kata } = proven;
  const folder = `tests/${kata.name}/alternates`;
  const names = namesIn(folder);

  test("at least three structures differ from the reference", () => {
    expect(names.length, `${folder} holds too few`).toBeGreaterThanOrEqual(alternatesMin);
  });

  describe("another right implementation", { timeout }, () => {
    test.for(names)("%s holds every promise up to its level", async (name) => {
      const subject = await subjectAt(proven, `${folder}/${name}.ts`);
      const { level } = subject.exports;
      expect(level).toBeGreaterThanOrEqual(kata.coreLevel);
      expect(level).toBeLessThanOrEqual(kata.levels.length);
      expect(await judgeAll(proven, subject, effort)).toEqual(allHeld(proven, subject));
    });
  });
}
