/** `npm run hint` and `npm run solution`, in a repository with one tiny kata. */
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { nextHint, type Rung } from "../../scripts/lib/help/next-hint.ts";
import { readingOrder } from "../../scripts/lib/help/reading-order.ts";
import { helpIn } from "../../scripts/lib/journal/help-given.ts";
import { GradeRepository, kata } from "./grade-repository.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const hints = [
  hint("begin", 1, "algorithm", ["tiny-counter/counts-up"]),
  hint("zero", 1, "algorithm", ["tiny-counter/starts-at-zero"]),
  hint("turns", 2, "concurrency", ["tiny-counter/counts-together"]),
  hint("apart", 3, "algorithm", ["tiny-counter/each-is-its-own"]),
];

function hint(id: string, level: number, about: "algorithm" | "concurrency", promises: string[]) {
  const [nudge, concept, mechanism] = ["nudge", "concept", "mechanism"].map(
    (rung) => `${id}: ${rung} text`,
  );
  return {
    id,
    level,
    about,
    promises,
    nudge: nudge ?? "",
    concept: concept ?? "",
    mechanism: mechanism ?? "",
  };
}

let repository: GradeRepository;
beforeAll(() => {
  repository = new GradeRepository();
  repository.write(
    `rubric/${kata}/kata-rubric.ts`,
    `export const rubric = ${JSON.stringify({ kata, hints })};`,
  );
  repository.write(`solutions/${kata}/in-the-interview.ts`, "export const core = 1;\n");
  repository.write(`solutions/${kata}/README.md`, essay);
});
beforeEach(() => {
  rmSync(path.join(repository.root, "attempts"), { recursive: true, force: true });
  repository.attempt("export const level = 2;");
});
afterAll(() => repository.remove());

const essay = `# A counter

## Reading order

| file | lines | the noun |
| --- | --- | --- |
| [in-the-interview.ts](in-the-interview.ts) | 9 | levels 1 and 2 in one file; read it first |
| [sum.ts](sum.ts), [turn.ts](turn.ts) | 9 | one number, one turn |
| [apart.ts](apart.ts) | 9 | level 3: two counters |

## Decisions

| [not-a-row.ts](not-a-row.ts) | 1 | no |
`;

describe("the next hint", () => {
  test("climbs one ladder of the declared level, rung by rung, and notes each", async () => {
    for (const rung of ["nudge", "concept", "mechanism"]) {
      const { code, stdout } = await repository.run("hint", kata);
      expect(code).toBe(0);
      expect(stdout).toContain(`turns: ${rung} text`);
      expect(stdout).toContain("costs 1 point of dimension 12");
      expect(stdout).toContain("dimension 5 (correctness) counts 3 at most");
    }
    expect(log()).toMatchObject(
      [1, 2, 3].map((rung) => ({ event: "hint", hint: "turns", rung, about: "concurrency" })),
    );
  });

  test("helps a broken promise of the lowest level first", async () => {
    const invariants = [
      { id: "tiny-counter/counts-together", level: 2, status: "broken" },
      { id: "tiny-counter/starts-at-zero", level: 1, status: "hung" },
    ];
    repository.write(`attempts/${kata}/grade.json`, JSON.stringify({ kataVersion: 1, invariants }));
    const { stdout } = await repository.run("hint", kata);
    expect(stdout).toContain("zero: nudge text");
  });

  test("goes on with what else is broken, then with the level, then with what lies below", () => {
    const opened: { hint: string; rung: Rung }[] = [];
    const order: string[] = [];
    for (;;) {
      const broken = ["tiny-counter/starts-at-zero"];
      const next = nextHint({ hints, opened, broken, level: 2 });
      if (next === undefined) break;
      order.push(next.id);
      for (const rung of [1, 2, 3] as const) opened.push({ hint: next.id, rung });
    }
    expect(order).toEqual(["zero", "turns", "begin"]);
  });

  test("can be named, in any level, and costs nothing once all of it is open", async () => {
    const at = "2020-01-01T00:00:00.000Z";
    const open = [1, 2].map((rung) => ({
      at,
      kataVersion: 1,
      event: "hint",
      hint: "apart",
      rung,
      about: "algorithm",
    }));
    const lines = open.map((entry) => `${JSON.stringify(entry)}\n`);
    repository.write(`attempts/.history/${kata}/help.jsonl`, `${lines.join("")}{"torn`);
    const third = await repository.run("hint", kata, "apart");
    expect(third.stdout).toContain("costs 1 point");
    const again = await repository.run("hint", kata, "apart");
    expect(again.stdout).toContain("apart: mechanism text");
    expect(again.stdout).toContain("costs nothing");
    expect(log()).toHaveLength(3);
  });

  test("is in no list: the list has ids, what is open, and what the others cost", async () => {
    await repository.run("hint", kata);
    const { code, stdout } = await repository.run("hint", kata, "--list");
    expect(code).toBe(0);
    expect(stdout).toMatch(/●○○ +turns +−1 on 12 a rung, 5 at most 3/);
    expect(stdout).toMatch(/○○○ +begin +−1 on 12 a rung\n/);
    expect(stdout).not.toContain("text");
    expect(log()).toHaveLength(1);
    const opened = await repository.run("hint", kata, "--again");
    expect(opened.stdout).toContain("turns: nudge text");
    expect(opened.stdout).not.toContain("concept text");
  });

  test.each([
    ["an unknown kata", ["tiny-couter"], `Did you mean "${kata}"?`],
    ["no kata", [], `Expected a kata, one of ${kata}`],
    ["an unknown hint", [kata, "tuns"], 'Did you mean "turns"?'],
    ["a list of one", [kata, "turns", "--list"], 'Expected no hint with --list, got "turns".'],
    ["an unknown option", [kata, "--lst"], 'Did you mean "--list"?'],
  ])("%s: exit 2, a sentence, nothing on standard output", async (_name, typed, sentence) => {
    const { code, stdout, stderr } = await repository.run("hint", ...typed);
    expect(stderr).toContain(sentence);
    expect({ code, stdout, log: log() }).toEqual({ code: 2, stdout: "", log: [] });
  });
});

describe("the solution", () => {
  test("stays closed where nobody can be asked", async () => {
    const { code, stdout, stderr } = await repository.run("solution", kata, "1");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("do not count as a pass");
    expect(stderr).toContain(`npm run solution ${kata} 1 -- --yes`);
    expect(log()).toEqual([]);
  });

  test("up to the core is the interview's file as it stands, and it is noted", async () => {
    const { code, stdout } = await repository.run("solution", kata, "2", "--yes");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "export const core = 1;\n" });
    expect(log()).toMatchObject([{ event: "solution", level: 2, kataVersion: 1 }]);
  });

  test("beyond the core is a reading list of what the level needs", async () => {
    const { code, stdout } = await repository.run("solution", kata, "--level", "3", "--yes");
    expect(code).toBe(0);
    const files = stdout.split("\n").filter((line) => line.startsWith("solutions/"));
    expect(files).toEqual(
      ["in-the-interview", "sum", "turn", "apart"].map((name) => `solutions/${kata}/${name}.ts`),
    );
    expect(readingOrder(essay).map(({ level }) => level)).toEqual([1, 1, 3]);
  });

  test("a level that is none is refused before anything is noted", async () => {
    const { code, stderr } = await repository.run("solution", kata, "4", "--yes");
    expect({ code, log: log() }).toEqual({ code: 2, log: [] });
    expect(stderr).toContain("Expected a level from 1 to 3, got 4.");
  });
});

describe("what counts", () => {
  const at = "2020-01-01T00:00:00.000Z";
  const nudge = {
    at,
    kataVersion: 1,
    event: "hint",
    hint: "turns",
    rung: 1,
    about: "storage",
  } as const;
  const solution = { at, kataVersion: 1, event: "solution", level: null } as const;
  const fresh = { at, kataVersion: 1, event: "fresh" } as const;
  const restored = { at, kataVersion: 1, event: "restored" } as const;

  test("a rung counts once, and hints start anew with a fresh attempt", () => {
    expect(helpIn([nudge, nudge], 1)).toMatchObject({ hints: [nudge], hintsOnFundamentals: 1 });
    expect(helpIn([nudge, fresh], 1).hints).toEqual([]);
    expect(helpIn([nudge, fresh, nudge], 1).hints).toEqual([nudge]);
  });

  test("with an earlier attempt its hints come back", () => {
    expect(helpIn([nudge, fresh, restored], 1).hints).toEqual([nudge]);
  });

  test("an opened solution stays opened, whatever is fresh, until the kata has another version", () => {
    expect(helpIn([solution, fresh], 1).solutionOpenedAt).toBe(at);
    expect(helpIn([solution], 2).solutionOpenedAt).toBe(null);
  });
});

function log(): unknown[] {
  const file = path.join(repository.root, "attempts/.history", kata, "help.jsonl");
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    return lines.filter((line) => line.endsWith("}")).map((line): unknown => JSON.parse(line));
  } catch {
    return [];
  }
}
