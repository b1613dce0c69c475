import { describe, expect, it, test } from "vitest";
import type { KataPromise } from "../../scripts/lib/kata/catalogue.ts";
import { recordDifferences, tableDifferences } from "../../scripts/lib/matrix/differences.ts";
import type { MatrixCell, MatrixRow } from "../../scripts/lib/matrix/matrix-row.ts";
import { matrixText, promiseNumbers } from "../../scripts/lib/matrix/matrix-text.ts";
import { type PlantedBug, saidBy } from "../../scripts/lib/matrix/planted-bug.ts";
import { recordedRow, rowFromRecord } from "../../scripts/lib/matrix/recorded-row.ts";
import { onlyBreakersOf, violatedRules } from "../../scripts/lib/matrix/rules.ts";

const kata = {
  name: "k",
  levels: [
    { title: "One", minutes: 1 },
    { title: "Two", minutes: 1 },
  ],
};
const promises: KataPromise[] = [promise("k/a", 1), promise("k/b", 2)];
const budget = { seed: 1, effort: 0.4, effortElsewhere: 0.1 };
const [ofLevel1, ofLevel2] = [
  { level: 1, promise: "k/a", promiseLevel: 1 },
  { level: 2, promise: "k/b", promiseLevel: 2 },
];

function promise(id: string, level: number): KataPromise {
  return { id, level, sentence: "", interleavings: false };
}

/** A bug at `k/b` that breaks what `broken` says, by promise and phase. */
function row(
  name: string,
  broken: Record<string, string>,
  changes: Partial<PlantedBug> = {},
): MatrixRow {
  const bug: PlantedBug = {
    ...{ name, ...ofLevel2, misconception: `the belief of ${name}` },
    ...{ stressOnly: false, independent: true },
    ...changes,
  };
  const tried = promises.filter(({ level }) => level <= bug.level);
  return { bug, cells: new Map(tried.map(({ id }) => [id, cell(broken[id])])) };
}

function cell(phase: string | undefined): MatrixCell {
  if (phase === undefined) return { status: "held", phase: null, features: [], reason: null };
  return { status: "broken", phase, features: [phase], reason: null };
}

/** Rows that break no rule. */
function proof(): MatrixRow[] {
  return [
    row("a-1", { "k/a": "live" }, ofLevel1),
    row("a-2", { "k/a": "live" }, ofLevel1),
    row("a-3", {}, { ...ofLevel1, stressOnly: true }),
    row("b-1", { "k/b": "crash" }),
    row("b-2", { "k/b": "crash in recovery" }),
    row("b-3", { "k/b": "live" }, { independent: false }),
  ];
}

function proofWith(...changed: MatrixRow[]): MatrixRow[] {
  const names = changed.map(({ bug }) => bug.name);
  return [...proof().filter(({ bug }) => !names.includes(bug.name)), ...changed];
}

describe("the rules of the matrix", () => {
  const rules = (rows: MatrixRow[]) => violatedRules(promises, rows);

  it("say nothing about a suite that proves itself", () => {
    expect(rules(proof())).toEqual([]);
  });

  it("want every bug broken at the promise that it names", () => {
    expect(rules(proofWith(row("b-1", {})))).toEqual(["b-1 names k/b, which is held."]);
  });

  it("want no bug caught below the level of its promise", () => {
    expect(rules(proofWith(row("b-1", { "k/a": "live", "k/b": "live" })))).toEqual([
      "b-1 names k/b of level 2 and is already caught below: k/a.",
    ]);
  });

  it("want for every promise a bug that breaks no other at its level and below", () => {
    const rows = proof().map((each) =>
      each.bug.promise === "k/a" && !each.bug.stressOnly ? row(each.bug.name, {}, ofLevel1) : each,
    );
    expect(rules(rows)).toContain(
      "k/a has no planted bug for which it is the only broken promise at its level and below.",
    );
  });

  it("do not mind what a bug breaks above its promise", () => {
    const wide = row("a-1", { "k/a": "live", "k/b": "live" }, { ...ofLevel1, level: 2 });
    expect(rules(proofWith(wide))).toEqual([]);
    expect(onlyBreakersOf(promise("k/a", 1), promises, [wide])).toEqual(["a-1"]);
  });

  it("count what hangs as broken, but not as caught", () => {
    const hung: MatrixCell = { status: "hung", phase: null, features: [], reason: "It waits." };
    const hanging = row("b-1", { "k/b": "live" });
    const cells = new Map([...hanging.cells, ["k/b", hung] as const]);
    expect(rules(proofWith({ ...hanging, cells }))).toEqual([
      "b-1 names k/b, which is hung (It waits.).",
    ]);
  });

  it("want three beliefs a level", () => {
    const same = row("b-3", { "k/b": "live" }, { misconception: "the belief of b-1" });
    expect(rules(proofWith(same))).toEqual([
      "Level 2 has 2 planted bugs that differ in mechanism; expected 3.",
    ]);
  });

  it("want a third of the bugs to be implementations of their own", () => {
    const edits = proof().map(({ bug, cells }) => ({ bug: { ...bug, independent: false }, cells }));
    expect(rules(edits)).toEqual([
      "0 of 6 planted bugs are implementations of their own; expected a third.",
    ]);
  });

  it("want one for stress alone, which no check sees", () => {
    const seen = row("a-3", { "k/a": "live" }, { ...ofLevel1, stressOnly: true });
    expect(rules(proofWith(seen))).toEqual([
      "a-3 is meant for stress alone, but the checks see it: k/a.",
    ]);
    expect(rules(proofWith(row("a-3", { "k/a": "live" }, ofLevel1)))).toEqual([
      "No planted bug is left to stress alone (`stressOnly: true`); expected one.",
    ]);
  });

  it("want one for crashes in recovery, where there is a recovery", () => {
    const sentence = "No planted bug is caught by a crash in recovery alone; expected one.";
    const noRecovery = row("b-2", { "k/b": "live" });
    expect(rules(proofWith(noRecovery))).toEqual([sentence]);
    expect(rules(proofWith(noRecovery, row("b-1", { "k/b": "live" })))).toEqual([]);
  });
});

describe("the page of the matrix", () => {
  const page = matrixText(kata, promises, proof(), budget);

  it("numbers promises within their level", () => {
    const three = [...promises, promise("k/c", 2)];
    expect([...promiseNumbers(three).values()]).toEqual(["1.1", "2.1", "2.2"]);
  });

  it("marks the named promise, stress, what is held and what is not tried", () => {
    expect(page).toContain("| a-1 | own | ● |  |");
    expect(page).toContain("| a-3 | own | ◌ |  |");
    expect(page).toContain("| b-3 | edit | · | ● |");
    const wide = row("b-1", { "k/a": "live", "k/b": "live" });
    expect(matrixText(kata, promises, [wide], budget)).toContain("| b-1 | own | ✗ | ● |");
  });

  it("says of each promise which bugs prove it", () => {
    expect(page).toContain("| 2.1 | k/b | b-1, b-2, b-3 |");
  });
});

describe("differences", () => {
  const page = matrixText(kata, promises, proof(), budget);

  it("of equal pages are none, however they are padded", () => {
    expect(tableDifferences(page, page.replaceAll(" | ", "   |  "))).toEqual([]);
  });

  it("name the cell, and a row that is new or gone once", () => {
    const [first, ...others] = proof();
    const added = row("a-9", { "k/a": "live" }, ofLevel1);
    const now = matrixText(kata, promises, [...others, added], budget).replace(
      "b-1 | own | · | ●",
      "b-1 | own | · | ·",
    );
    const differences = tableDifferences(page, now);
    expect(first?.bug.name).toBe("a-1");
    expect(differences).toContain("a-1 is gone");
    expect(differences).toContain("a-9 is new");
    expect(differences).toContain("b-1 at 2.1: was ●, is ·");
  });

  it("of records name the bug, and not code that has changed and breaks the same", () => {
    const recordOf = (rows: MatrixRow[], fingerprint = "1") =>
      rows.map((each) => recordedRow(each, fingerprint));
    const before = recordOf(proof());
    const after = recordOf(proofWith(row("b-1", { "k/b": "live" }), row("b-9", { "k/b": "live" })));
    expect(recordDifferences(before, after)).toEqual(["b-1 looks different", "b-9 is new"]);
    expect(recordDifferences(after, before)).toContain("b-9 is gone");
    expect(recordDifferences(before, recordOf(proof(), "2"))).toEqual([]);
  });
});

test("a row comes back from its record as it was", () => {
  for (const each of proof()) {
    const record = recordedRow(each, "1");
    expect(rowFromRecord(each.bug, record, promises)).toEqual(each);
  }
});

describe("what a planted bug says about itself", () => {
  const impostor = { promise: "k/b", level: 2, misconception: "the disk is fast" };
  const said = (exports: Record<string, unknown>) => saidBy("x/late.ts", exports, promises);

  it("is its promise, its level and its belief", () => {
    expect(said({ level: 2, impostor })).toEqual({
      ...{ name: "late", level: 2, promise: "k/b", promiseLevel: 2 },
      ...{ misconception: "the disk is fast", stressOnly: false },
    });
  });

  it.each([
    ["an export `impostor`", { level: 2 }],
    ["the id of a promise", { level: 2, impostor: { ...impostor, promise: "k/z" } }],
    ["`impostor.level` to be 2", { level: 2, impostor: { ...impostor, level: 1 } }],
    ["the export `level` to be at least 2", { level: 1, impostor }],
    ["a sentence", { level: 2, impostor: { ...impostor, misconception: "fast" } }],
  ])("is refused without %s", (expected, exports) => {
    expect(() => said(exports)).toThrow(expected);
  });
});
