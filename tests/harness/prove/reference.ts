/**
 * Proves that a kata can be done: the reference holds every promise, what a candidate has at the bell holds
 * the core, the starter holds nothing; and that everybody speaks of the same promises.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  allHeld,
  inRepository,
  judge,
  judgeAll,
  type ProofBudget,
  promisesOf,
  type ProvenKata,
  said,
  subjectAt,
} from "./promises.ts";
import { placesToFill } from "./scaffold.ts";

export function proveReference<Subject, Id extends string>(
  proven: ProvenKata<Subject, Id>,
  { effort = 0.25, timeoutMs: timeout = 120_000 }: ProofBudget = {},
): void {
  const { kata, invariants } = proven;
  const ids = invariants.map(({ id }) => id);

  describe("the reference", { timeout }, () => {
    const ran: Id[] = [];

    test.for(invariants.map(({ sentence, id }) => [sentence, id] as const))(
      "holds: %s",
      async ([, id]) => {
        const file = `solutions/${kata.name}/${kata.name}.ts`;
        const verdict = await judge(proven, await subjectAt(proven, file), id, { effort });
        ran.push(id);
        expect(said(verdict), file).toBe("held");
      },
    );

    test("was asked every public promise once", () => {
      expect(ran).toEqual(ids);
    });
  });

  test("what a strong candidate has at the bell holds the core", { timeout }, async () => {
    const subject = await subjectAt(proven, `solutions/${kata.name}/in-the-interview.ts`);
    expect(subject.exports["level"]).toBe(kata.coreLevel);
    expect(await judgeAll(proven, subject, effort)).toEqual(allHeld(proven, subject));
  });

  test("the starter holds no promise of its level", { timeout }, async () => {
    const starter = await subjectAt(proven, `katas/${kata.name}/starter.ts`);
    expect(starter.exports["level"]).toBe(1);
    const outcomes = await judgeAll(proven, starter, effort);
    expect(Object.keys(outcomes)).toEqual(promisesOf(proven, { level: 1 }));
    for (const outcome of Object.values(outcomes)) expect(outcome).not.toBe("held");
  });

  test("nothing above its level is asked of a subject, nor what it declines", () => {
    const asked = promisesOf(proven, { level: 1 });
    const levelsAsked = new Set(
      invariants.filter(({ id }) => asked.includes(id)).map(({ level }) => level),
    );
    expect([...levelsAsked]).toEqual([1]);
    expect(promisesOf(proven, {})).toEqual(ids);
    expect(promisesOf(proven, { singleThreaded: "one call at a time" })).toEqual(
      invariants.filter(({ interleavings }) => !interleavings).map(({ id }) => id),
    );
  });

  test("nothing of the scaffold is left to be filled in", () => {
    expect(placesToFill(kata.name)).toEqual([]);
  });

  // A draft is in no list.
  const lists = [
    ["README.md", `(katas/${kata.name}/README.md)`],
    ["solutions/README.md", `(${kata.name}/README.md)`],
  ] as const;
  test.for(lists)("%s leads to the kata, unless it is a draft", ([list, link]) => {
    const text = readFileSync(inRepository(list), "utf8");
    if (kata.draft === true) expect(text, list).not.toContain(link);
    else expect(text, list).toContain(link);
  });

  describe("the ids of the promises", () => {
    test("are those of the checks, each once, and begin with the name of the kata", () => {
      expect(Object.keys(proven.suite.checks)).toEqual(ids);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.filter((id) => !id.startsWith(`${kata.name}/`))).toEqual([]);
    });

    test.for(["README.md", "contract.ts", "example.test.ts", "starter.ts"])(
      "that %s mentions are public ones",
      (name) => {
        const text = readFileSync(inRepository(`katas/${kata.name}/${name}`), "utf8");
        // Not the folder of the same name in a path.
        const anId = new RegExp(`(?<![\\w#/.])${kata.name}/[a-z-]+(?![\\w./-])`, "g");
        const mentioned = text.match(anId) ?? [];
        expect(mentioned.filter((id) => !ids.some((known) => known === id))).toEqual([]);
      },
    );

    test("are of levels that the kata has", () => {
      const levels = [...new Set(invariants.map(({ level }) => level))];
      expect(levels).toEqual(kata.levels.map((_, index) => index + 1));
    });
  });
}
