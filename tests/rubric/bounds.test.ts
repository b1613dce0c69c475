/** Each bound beside the evidence that only just does not meet it, and the evidence that only just does. */
import { describe, expect, it } from "vitest";
import { bounds, boundsOn, marks, mostPoints } from "../../rubric/bounds.ts";
import { dimensions } from "../../rubric/dimensions.ts";
import type { BenchEvidence, DimensionNumber, Evidence, Points } from "../../rubric/shape.ts";
import { spotless } from "./evidence.ts";

interface Case {
  id: string;
  /** The rule does not apply yet. */
  without: Partial<Evidence>;
  /** One step further it does. */
  applies: Partial<Evidence>;
  dimensions: DimensionNumber[];
  atMost: Points;
}

const ownTests = (changes: Partial<Evidence["ownTests"]>): Partial<Evidence> => ({
  ownTests: { ...spotless.ownTests, ...changes },
});
const syncs = (measured: number): Partial<Evidence> => ({
  operations: [
    { name: "appendsPerPut", measured: 1, good: 1 },
    { name: "syncsPerPut", measured, good: 0.1 },
  ],
});

const bench = (changes: Partial<BenchEvidence>): Partial<Evidence> => ({
  bench: { speeds: [1, 1, 1], growths: [1], ...changes },
});

const cases: Case[] = [
  {
    id: "broken-early",
    without: { brokenLevel: 3 },
    applies: { brokenLevel: 2 },
    dimensions: [5],
    atMost: 2,
  },
  {
    id: "broken-late",
    without: { brokenLevel: null },
    applies: { brokenLevel: 3 },
    dimensions: [5],
    atMost: 3,
  },
  {
    id: "types",
    without: { typesOk: true },
    applies: { typesOk: false },
    dimensions: [5, 7],
    atMost: 2,
  },
  {
    id: "reviewer-blocks",
    without: { blocking: 0 },
    applies: { blocking: 1 },
    dimensions: [7],
    atMost: 3,
  },
  {
    id: "stress",
    without: { stress: "held" },
    applies: { stress: "skipped" },
    dimensions: [5],
    atMost: 3,
  },
  {
    id: "single-threaded",
    without: { singleThreaded: false },
    applies: { singleThreaded: true },
    dimensions: [5],
    atMost: 4,
  },
  {
    id: "no-own-tests",
    without: ownTests({ count: 1 }),
    applies: ownTests({ count: 0, caught: 0 }),
    dimensions: [8],
    atMost: 1,
  },
  {
    id: "none-caught",
    without: ownTests({ caught: 1 }),
    applies: ownTests({ caught: 0 }),
    dimensions: [8],
    atMost: 2,
  },
  {
    id: "few-caught",
    without: ownTests({ caught: 5 }),
    applies: ownTests({ caught: 4 }),
    dimensions: [8],
    atMost: 3,
  },
  {
    id: "none-tried",
    without: ownTests({ caught: 1, of: 1 }),
    applies: ownTests({ caught: 0, of: 0 }),
    dimensions: [8],
    atMost: 3,
  },
  {
    id: "some-caught",
    without: ownTests({ caught: 8 }),
    applies: ownTests({ caught: 7 }),
    dimensions: [8],
    atMost: 4,
  },
  {
    id: "few-own-tests",
    without: ownTests({ count: 4 }),
    applies: ownTests({ count: 3 }),
    dimensions: [8],
    atMost: 3,
  },
  {
    id: "false-alarm",
    without: ownTests({ falseAlarms: 0 }),
    applies: ownTests({ falseAlarms: 1 }),
    dimensions: [8],
    atMost: 3,
  },
  {
    id: "operation-counts",
    without: syncs(0.1),
    applies: syncs(0.11),
    dimensions: [4, 6],
    atMost: 3,
  },
  {
    id: "bench-slow",
    without: bench({ speeds: [0.01, 0.25, 0.01, 0.25] }),
    applies: bench({ speeds: [1, 0.24, 0.24] }),
    dimensions: [4],
    atMost: 3,
  },
  {
    id: "bench-grows",
    without: bench({ growths: [10, 10] }),
    applies: bench({ growths: [1, 11] }),
    dimensions: [6],
    atMost: 3,
  },
  {
    id: "unsupported",
    without: { unsupported: [3, 4, 5, 7] },
    applies: { unsupported: [1, 2, 13, 14] },
    dimensions: [1, 2, 13, 14],
    atMost: 2,
  },
  {
    id: "core-not-reached",
    without: { levelReached: 3 },
    applies: { levelReached: 2 },
    dimensions: [11],
    atMost: 2,
  },
  {
    id: "no-follow-up-reached",
    without: { levelReached: 4 },
    applies: { levelReached: 3 },
    dimensions: [11],
    atMost: 3,
  },
  {
    id: "last-level-not-reached",
    without: { levelReached: 5 },
    applies: { levelReached: 4 },
    dimensions: [11],
    atMost: 4,
  },
  { id: "hints", without: { hints: 0 }, applies: { hints: 1 }, dimensions: [12], atMost: 4 },
  {
    id: "hints-on-fundamentals",
    without: { hints: 4, hintsOnFundamentals: 0 },
    applies: { hintsOnFundamentals: 1 },
    dimensions: [5],
    atMost: 3,
  },
];

it("nothing holds spotless evidence down", () => {
  for (const { number } of dimensions) expect(boundsOn(number, spotless), `${number}`).toEqual([]);
});

it("every bound has its case below, and every case its bound", () => {
  expect(cases.map(({ id }) => id).sort()).toEqual(bounds.map(({ id }) => id).sort());
});

describe.each(cases)("the bound $id", ({ id, without, applies, dimensions: bounded, atMost }) => {
  const bound = bounds.find((each) => each.id === id);

  it("is silent just before it applies", () => {
    for (const number of bounded) {
      expect(bound?.atMost({ ...spotless, ...without }, number), `${number}`).toBeNull();
    }
  });

  it(`allows ${atMost} in ${bounded.join(", ")} and holds no other dimension down`, () => {
    const evidence = { ...spotless, ...applies };
    expect(bound?.dimensions).toEqual(bounded);
    for (const { number } of dimensions) {
      const held = bounded.includes(number) ? atMost : undefined;
      const found = boundsOn(number, evidence).find((each) => each.id === id);
      expect(found?.atMost, `${number}`).toBe(held);
    }
  });
});

it("only the dimension whose claim lacks its line falls", () => {
  const evidence = { ...spotless, unsupported: [13] as const };
  expect([1, 2, 13, 14].map((number) => mostPoints(number as DimensionNumber, evidence))).toEqual([
    5, 5, 2, 5,
  ]);
});

it("each hint takes a point, and one point is always left", () => {
  const most = [0, 1, 2, 3, 4, 5, 9].map((hints) => mostPoints(12, { ...spotless, hints }));
  expect(most).toEqual([5, 4, 3, 2, 1, 1, 1]);
});

it("the tightest of several bounds counts and is named first", () => {
  const evidence: Evidence = {
    ...spotless,
    brokenLevel: 2,
    stress: "broken",
    singleThreaded: true,
  };
  expect(boundsOn(5, evidence).map(({ id }) => id)).toEqual([
    "broken-early",
    "stress",
    "single-threaded",
  ]);
  expect(mostPoints(5, evidence)).toBe(2);
});

it("testing follows the share of planted bugs that own tests catch", () => {
  const most = [0, 1, 4, 5, 7, 8, 10].map((caught) =>
    mostPoints(8, { ...spotless, ...ownTests({ caught }) }),
  );
  expect(most).toEqual([2, 3, 3, 4, 4, 5, 5]);
});

it("a kata whose core is its last level has no follow-up that could be missing", () => {
  const evidence = { ...spotless, levels: 3, levelReached: 3, coreLevel: 3 };
  expect(mostPoints(11, evidence)).toBe(5);
});

it("a bench of other code counts for nothing, and is marked, as one of this code is", () => {
  const slow = bench({ speeds: [0.01], growths: [1000] });
  const most = (changes: Partial<Evidence>) =>
    ([4, 6] as const).map((number) => mostPoints(number, { ...spotless, ...changes }));
  expect(most(slow)).toEqual([3, 3]);
  expect(most({ bench: "stale" })).toEqual([5, 5]);
  expect(marksOf(slow)).toEqual(["benched"]);
  expect(marksOf({ bench: "stale" })).toEqual(["bench-stale"]);
});

const marksOf = (changes: Partial<Evidence>) =>
  marks.filter(({ applies }) => applies({ ...spotless, ...changes })).map(({ id }) => id);

it("reading the solution and speaking to nobody are marked, and take no points", () => {
  expect(marksOf({})).toEqual([]);
  expect(marksOf({ solutionOpened: true })).toEqual(["solution-opened"]);
  expect(marksOf({ listened: false })).toEqual(["nobody-listened"]);
  expect(mostPoints(10, { ...spotless, listened: false, solutionOpened: true })).toBe(5);
});
