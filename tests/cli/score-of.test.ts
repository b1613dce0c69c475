import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dimensions } from "../../rubric/dimensions.ts";
import type { DimensionNumber, Evidence, Points } from "../../rubric/shape.ts";
import { noOwnTests, noStress, type GradeReport } from "../../scripts/lib/grade/grade-report.ts";
import type { Kata } from "../../scripts/lib/kata/catalogue.ts";
import { readAnswers, type Claim } from "../../scripts/lib/score/answers.ts";
import { evidenceOf } from "../../scripts/lib/score/evidence.ts";
import { headingsOf } from "../../scripts/lib/score/notes.ts";
import { OwnLines } from "../../scripts/lib/score/own-lines.ts";
import { scoreOf, unsupportedClaims } from "../../scripts/lib/score/score-of.ts";
import { readScores } from "../../scripts/lib/score/scores-file.ts";
import { spotless } from "../rubric/evidence.ts";

const claimed = (points: Points, quote = "a line that is there") =>
  new Map<DimensionNumber, Claim>(dimensions.map(({ number }) => [number, { points, quote }]));
const pointsOf = (evidence: Evidence, points: Points = 5) =>
  scoreOf(evidence, { own: claimed(points), others: null }, true).dimensions.map(
    (each) => each.points,
  );

describe("a score", () => {
  it("of spotless evidence is what was claimed, and the measured dimension what was measured", () => {
    const score = scoreOf(spotless, { own: claimed(4), others: null }, true);
    expect(score).toMatchObject({ total: 13 * 4 + 5, of: 70, bar: 56, pass: true });
    expect(score.dimensions[7]).toMatchObject({ points: 5, claimed: null, source: "measured" });
    expect(score.dimensions[0]).toMatchObject({ points: 4, claimed: 4, source: "self-scored" });
  });

  it("is lowered by evidence, and says from what and by which rule", () => {
    const score = scoreOf(
      { ...spotless, brokenLevel: 1 },
      { own: claimed(5), others: null },
      false,
    );
    expect(score.dimensions[4]).toMatchObject({
      points: 2,
      claimed: 5,
      bounds: ["at most 2: a promise of level 1 or 2 does not hold"],
    });
    expect(score).toMatchObject({ total: 67, pass: false });
  });

  it("names no bound that a claim stays below", () => {
    const score = scoreOf({ ...spotless, blocking: 1 }, { own: claimed(2), others: null }, true);
    expect(score.dimensions[6]).toMatchObject({ points: 2, bounds: [] });
  });

  it("has no total while one dimension is open, and never guesses it", () => {
    const own = claimed(5);
    own.delete(9);
    const score = scoreOf(spotless, { own, others: null }, true);
    expect(score).toMatchObject({ total: null, pass: null });
    expect(score.dimensions[8]).toMatchObject({ points: null, source: "not-scored" });
  });

  it("takes another's points before one's own, within the same bounds, with the name", () => {
    const others = { by: "Ada", scores: new Map([[12, 5]] as const), note: "spoke while typing" };
    const score = scoreOf({ ...spotless, hints: 2 }, { own: claimed(2), others }, true);
    expect(score.dimensions[11]).toMatchObject({
      ...{ points: 3, claimed: 5, source: "scored-by", by: "Ada", quote: null },
      bounds: ["at most 3: each hint opened takes a point"],
    });
    expect(score.remarks).toEqual(["with 2 hints", "Ada: spoke while typing"]);
  });

  it("is shown after reading the solution, but passes no more", () => {
    const evidence = { ...spotless, solutionOpened: true };
    const score = scoreOf(evidence, { own: claimed(5), others: null }, true);
    expect(score).toMatchObject({
      total: 70,
      pass: false,
      remarks: ["after reading the solution"],
    });
  });

  it("says that communication is self-assessed where nobody listened", () => {
    const evidence = { ...spotless, listened: false };
    expect(scoreOf(evidence, { own: claimed(4), others: null }, true).remarks).toEqual([
      "dimension 10 is self-assessed",
    ]);
    expect(scoreOf(evidence, { own: new Map(), others: null }, true).remarks).toEqual([]);
  });

  it("never lies above a claim, nor above its bounds", () => {
    const worst: Evidence = {
      ...spotless,
      ...{ typesOk: false, brokenLevel: 1, levelReached: 0, stress: "broken", blocking: 9 },
      ownTests: { count: 0, caught: 0, of: 9, falseAlarms: 0 },
      ...{ hints: 9, hintsOnFundamentals: 9, unsupported: [1, 2, 13, 14] },
      operations: [{ name: "syncs", measured: 9, good: 1 }],
    };
    expect(pointsOf(worst)).toEqual([2, 2, 5, 3, 2, 3, 2, 1, 5, 5, 2, 1, 2, 2]);
    expect(pointsOf(worst, 1)).toEqual(Array(14).fill(1));
  });
});

describe("a claim of 4 or 5", () => {
  it("is unsupported without a line, and with one that is not there", () => {
    const own = new Map<DimensionNumber, Claim>([
      [1, { points: 4, quote: "here" }],
      [2, { points: 4, quote: "gone" }],
      [13, { points: 5, quote: null }],
      [14, { points: 3, quote: null }],
    ]);
    const isThere = (quote: string) => quote === "here";
    expect(unsupportedClaims({ own, others: null }, isThere)).toEqual([2, 13]);
    const others = { by: "Ada", scores: new Map([[2, 4]] as const), note: null };
    expect(unsupportedClaims({ own, others }, isThere)).toEqual([13]);
  });

  it("rests on lines of one's own, not on what the templates brought", () => {
    const text =
      "const first = createFirst();\n  await this.log.sync();  \n}\n// returns at once\n";
    const lines = new OwnLines([{ file: "/a/store.ts", text }], ["const first = createFirst();"]);
    expect(lines.support("await   this.log.sync();")).toBe(true);
    expect(lines.support("this.log.sync()")).toBe(false);
    expect(lines.support("const first = createFirst();")).toBe(false);
    expect(lines.support("}")).toBe(false);
    expect(lines.quoted("store.ts:2")).toEqual({ quote: "await this.log.sync();" });
    expect(lines.quoted("store.ts:77")).toEqual({
      problem: "store.ts has 5 lines, and no line 77.",
    });
  });
});

it("a heading of the notes is filled when something is said below it", () => {
  const text =
    "# Notes\n\n## Trade-offs\n\n## Production gaps\n\n- Recovery:\n- Cost: 12 $\n## Left out\n- Cost:";
  expect(headingsOf(text)).toEqual([
    { title: "Trade-offs", filled: false },
    { title: "Production gaps", filled: true },
    { title: "Left out", filled: false },
  ]);
});

describe("evidence", () => {
  const kata: Kata = {
    ...{ name: "tiny", title: "Tiny", version: 1, coreLevel: 2, folder: "/katas/tiny" },
    levels: [1, 2, 3].map((level) => ({ title: `Level ${level}`, minutes: 1 })),
  };
  const promise = (level: number, status: string) => ({ level, status });
  const evidence = (changes: object) =>
    evidenceOf({
      report: {
        ...{ problem: null, partial: false, types: { ok: true, problems: [] } },
        lint: { ok: true, blocking: [], remarks: [] },
        ...{ stress: noStress, ownTests: noOwnTests, operations: { syncs: 2, reads: 7 } },
        invariants: [],
        ...changes,
      } as unknown as GradeReport,
      kata,
      operations: [
        { name: "syncs", good: 1 },
        { name: "appends", good: 1 },
      ],
      bench: null,
      help: { hints: 0, hintsOnFundamentals: 0, solutionOpened: false },
      listened: false,
      unsupported: [],
    });

  it("finds the lowest level with a promise that is anything worse than held", () => {
    const invariants = [promise(1, "held"), promise(3, "broken"), promise(2, "outside-world")];
    expect(evidence({ invariants })).toMatchObject({ brokenLevel: 2, levelReached: 1 });
    expect(evidence({ invariants: [promise(1, "held")] }).brokenLevel).toBeNull();
  });

  it("of code that could not be used is that nothing holds", () => {
    const invariants = [promise(1, "not-run")];
    expect(evidence({ problem: "it does not parse", invariants })).toMatchObject({
      brokenLevel: 1,
      levelReached: 0,
    });
  });

  it("counts a declined promise as kept, and as declined", () => {
    const invariants = [promise(1, "held"), promise(2, "declined"), promise(3, "not-attempted")];
    expect(evidence({ invariants })).toMatchObject({ levelReached: 2, singleThreaded: true });
  });

  it("compares the counts that the kata's rubric names, and no other", () => {
    expect(evidence({}).operations).toEqual([{ name: "syncs", measured: 2, good: 1 }]);
  });
});

describe("a file beside the attempt", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "score-files-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (text: string) => {
    const place = path.join(folder, "some.json");
    writeFileSync(place, text);
    return place;
  };

  it("that is not there says nothing", () => {
    expect(readScores(path.join(folder, "none.json"))).toBeNull();
    expect(readAnswers(path.join(folder, "none.json"), "tiny").claims.size).toBe(0);
  });

  it("scores.json is read with its name, points and note", () => {
    const read = readScores(file('{ "by": " Ada ", "scores": { "10": 4, "12": 3 }, "note": "n" }'));
    expect(read).toEqual({
      by: "Ada",
      scores: new Map([
        [10, 4],
        [12, 3],
      ]),
      note: "n",
    });
  });

  it.each([
    ["{", "expected JSON"],
    ["[]", 'expected { "by": …, "scores": { … } }, got []'],
    ['{ "scores": {} }', 'expected "by" to be the name of whoever scored, got nothing'],
    ['{ "by": "Ada" }', 'expected "scores" to be an object such as { "10": 4 }, got nothing'],
    ['{ "by": "Ada", "scores": { "15": 4 } }', 'expected dimensions from 1 to 14, got "15"'],
    [
      '{ "by": "Ada", "scores": { "10": 6 } }',
      "dimension 10 to have 1, 2, 3, 4 or 5 points, got 6",
    ],
    ['{ "by": "Ada", "scores": { "10": 3.5 } }', "got 3.5"],
    ['{ "by": "Ada", "scores": { "8": 4 } }', "no score of dimension 8, which is measured, got 4"],
    ['{ "by": "Ada", "score": { "9": 4 } }', 'the keys "by", "scores" and "note", got "score"'],
  ])("scores.json %s is refused with what was expected, and left alone", (text, sentence) => {
    const place = file(text);
    expect(() => readScores(place)).toThrow(sentence);
    expect(() => readScores(place)).toThrow("The file is left as it is.");
    expect(readFileSync(place, "utf8")).toBe(text);
  });

  it.each([
    ["not JSON", "expected JSON"],
    ['{ "version": 2, "kata": "tiny" }', 'expected "version": 1, got 2'],
    ['{ "version": 1, "kata": "other" }', 'expected "kata": "tiny", got "other"'],
    ['{ "version": 1, "kata": "tiny", "dimensions": { "1": { "points": 9 } } }', "got 9"],
    ['{ "version": 1, "kata": "tiny", "sheets": { "design/structure": 4 } }', "to hold texts"],
  ])("answers.json %s is refused with what was expected", (text, sentence) => {
    expect(() => readAnswers(file(text), "tiny")).toThrow(sentence);
  });
});
