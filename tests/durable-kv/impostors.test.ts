/**
 * Each planted bug against the promise that it names. Against all promises it is run by `npm run matrix`,
 * with the same seed and effort.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type InvariantId, invariants } from "#katas/durable-kv/invariants.ts";
import { kata } from "#katas/durable-kv/kata.ts";
import { bundleSubject } from "../harness/subject-bundle.ts";
import {
  allHeld,
  type AnySubject,
  inRepository,
  judge,
  judgeAll,
  namesIn,
  subjectAt,
} from "./promises.test-support.ts";
import { suite } from "./suite.ts";

const effort = 0.4;
const timeout = 60_000;
const folder = "tests/durable-kv/impostors";
const plantedBugs = await Promise.all(namesIn(folder).map(plantedBug));
const stressOnly = plantedBugs.filter((bug) => bug.stressOnly);
const seenByChecks = plantedBugs.filter((bug) => !bug.stressOnly);

interface PlantedBug {
  name: string;
  subject: AnySubject;
  /** What the file says, not yet believed. */
  promise: unknown;
  level: unknown;
  misconception: unknown;
  stressOnly: boolean;
}

async function plantedBug(name: string): Promise<PlantedBug> {
  const subject = await subjectAt(`${folder}/${name}.ts`);
  const said = (subject.exports["impostor"] ?? {}) as Readonly<Record<string, unknown>>;
  const { promise, level, misconception } = said;
  return { name, subject, promise, level, misconception, stressOnly: said["stressOnly"] === true };
}

function titled(bugs: readonly PlantedBug[]): [string, PlantedBug][] {
  return bugs.map((bug) => [bug.name, bug]);
}

describe("the planted bugs", () => {
  test("are at least 25, three or more a level", () => {
    expect(plantedBugs.length).toBeGreaterThanOrEqual(25);
    for (const level of kata.levels.keys()) {
      const ofLevel = plantedBugs.filter((bug) => bug.level === level + 1);
      expect(ofLevel.length, `level ${level + 1}`).toBeGreaterThanOrEqual(3);
    }
  });

  test("are to a third stores of their own, which import nothing of the solution", async () => {
    const solutions = inRepository("solutions/");
    const inputs = await Promise.all(
      plantedBugs.map(
        async ({ name }) => (await bundleSubject(inRepository(`${folder}/${name}.ts`))).inputs,
      ),
    );
    const independent = inputs.filter((files) => !files.some((file) => file.startsWith(solutions)));
    expect(independent.length * 3).toBeGreaterThanOrEqual(plantedBugs.length);
  });

  test("name every promise", () => {
    const named = new Set(plantedBugs.map(({ promise }) => promise));
    expect(invariants.map(({ id }) => id).filter((id) => !named.has(id))).toEqual([]);
  });
});

describe("a planted bug", { timeout }, () => {
  test.for(titled(plantedBugs))(
    "%s says which promise catches it, and what was believed",
    ([, bug]) => {
      const named = invariants.find(({ id }) => id === bug.promise);
      expect(named, "impostor.promise").toBeDefined();
      expect(bug.level, "impostor.level").toBe(named?.level);
      expect(bug.subject.exports["level"], "level").toBeGreaterThanOrEqual(Number(bug.level));
      // A belief in plain words: no name of a file or a promise, nothing to look up.
      expect(bug.misconception).toMatch(/^[a-z][^/.]{15,120}$/i);
    },
  );

  test.for(titled(seenByChecks))(
    "%s breaks its promise, and the replay shows it again",
    async ([, bug]) => {
      const id = bug.promise as InvariantId;
      const verdict = await judge(bug.subject, id, effort);
      expect(verdict).toMatchObject({ status: "broken" });
      if (verdict.status !== "broken") return;
      const { counterexample, replay } = verdict;
      expect(counterexample.events).not.toEqual([]);
      expect(counterexample.therefore).toMatch(/\w.*\.$/s);
      expect(replay).toEqual(expect.any(String));

      const again = await suite.replay(bug.subject, replay ?? "");
      const { therefore } = counterexample;
      expect(again).toMatchObject({
        id,
        verdict: { status: "broken", counterexample: { therefore } },
      });
    },
  );
});

describe("a planted bug that only real processes show", { timeout }, () => {
  const stressTest = readFileSync(inRepository("tests/durable-kv/stress.test.ts"), "utf8");

  test("there is one", () => {
    expect(stressOnly).not.toEqual([]);
  });

  test.for(titled(stressOnly))(
    "%s holds every check, and stress is tested with it",
    async ([name, { subject }]) => {
      expect(await judgeAll(subject, effort)).toEqual(allHeld(subject));
      expect(stressTest).toContain(`impostors/${name}.ts`);
    },
  );
});
