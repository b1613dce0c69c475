/**
 * Proves that the checks catch what they are for: each planted bug against the promise that it names.
 * Against all promises it is run by `npm run matrix`, with the same seed and effort.
 *
 * A planted bug is one file under `tests/<kata>/impostors`: a whole subject that also exports
 * `impostor = { promise, level, misconception, stressOnly?, unrepeatable? }`. One that is unrepeatable draws numbers
 * of its own: its history may end otherwise a second time.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bundleSubject } from "../subject-bundle.ts";
import {
  allHeld,
  type AnySubject,
  inRepository,
  judge,
  judgeAll,
  namesIn,
  type ProofBudget,
  type ProvenKata,
  subjectAt,
} from "./promises.ts";

const impostorsMin = 25;
const impostorsOfLevelMin = 3;
/** That a history becomes shorter is seen after a few runs, too; the shortest one nobody reads here. */
const shrinkRunsMax = 40;
/** One in so many is an implementation of its own. */
const independentShare = 3;

interface PlantedBug<Subject> {
  name: string;
  subject: AnySubject<Subject>;
  /** What the file says, not yet believed. */
  promise: unknown;
  level: unknown;
  misconception: unknown;
  stressOnly: boolean;
  unrepeatable: boolean;
}

/** To be awaited: the planted bugs are loaded before their tests can be named. */
export async function proveImpostors<Subject, Id extends string>(
  proven: ProvenKata<Subject, Id>,
  { effort = 0.4, timeoutMs: timeout = 60_000 }: ProofBudget = {},
): Promise<void> {
  const { kata, invariants, suite } = proven;
  const folder = `tests/${kata.name}/impostors`;
  const plantedBugs = await Promise.all(
    namesIn(folder).map((name) => plantedBug(proven, folder, name)),
  );
  const stressOnly = plantedBugs.filter((bug) => bug.stressOnly);
  const seenByChecks = plantedBugs.filter((bug) => !bug.stressOnly);

  describe("the planted bugs", () => {
    test("are at least 25, three or more a level", () => {
      expect(plantedBugs.length, `${folder} holds too few`).toBeGreaterThanOrEqual(impostorsMin);
      for (const level of kata.levels.keys()) {
        const ofLevel = plantedBugs.filter((bug) => bug.level === level + 1);
        expect(ofLevel.length, `level ${level + 1}`).toBeGreaterThanOrEqual(impostorsOfLevelMin);
      }
    });

    test("are to a third implementations of their own, which import nothing of the solution", async () => {
      const solutions = inRepository("solutions/");
      const inputs = await Promise.all(
        plantedBugs.map(
          async ({ name }) => (await bundleSubject(inRepository(`${folder}/${name}.ts`))).inputs,
        ),
      );
      const independent = inputs.filter(
        (files) => !files.some((file) => file.startsWith(solutions)),
      );
      expect(independent.length * independentShare).toBeGreaterThanOrEqual(plantedBugs.length);
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
        const id = bug.promise as Id;
        const verdict = await judge(proven, bug.subject, id, { effort, shrinkRunsMax });
        expect(verdict).toMatchObject({ status: "broken" });
        if (verdict.status !== "broken") return;
        const { counterexample, replay } = verdict;
        expect(counterexample.events).not.toEqual([]);
        expect(counterexample.therefore).toMatch(/\w.*\.$/s);
        if (bug.unrepeatable) return;
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
    const stressTest = readFileSync(inRepository(`tests/${kata.name}/stress.test.ts`), "utf8");

    test("there is one", () => {
      expect(
        stressOnly.map(({ name }) => name),
        `${folder} holds none with stressOnly: true`,
      ).not.toEqual([]);
    });

    test.for(titled(stressOnly))(
      "%s holds every check, and stress is tested with it",
      async ([name, { subject }]) => {
        expect(await judgeAll(proven, subject, effort)).toEqual(allHeld(proven, subject));
        expect(stressTest).toContain(`impostors/${name}.ts`);
      },
    );
  });
}

async function plantedBug<Subject, Id extends string>(
  proven: ProvenKata<Subject, Id>,
  folder: string,
  name: string,
): Promise<PlantedBug<Subject>> {
  const subject = await subjectAt(proven, `${folder}/${name}.ts`);
  const said = (subject.exports["impostor"] ?? {}) as Readonly<Record<string, unknown>>;
  const { promise, level, misconception } = said;
  const stressOnly = said["stressOnly"] === true;
  const unrepeatable = said["unrepeatable"] === true;
  return { name, subject, promise, level, misconception, stressOnly, unrepeatable };
}

function titled<Subject>(bugs: readonly PlantedBug<Subject>[]): [string, PlantedBug<Subject>][] {
  return bugs.map((bug) => [bug.name, bug]);
}
