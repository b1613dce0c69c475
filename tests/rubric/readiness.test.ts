import { describe, expect, it } from "vitest";
import { dimensions, pointsOfAll } from "../../rubric/dimensions.ts";
import {
  gapsOf,
  passes,
  ready,
  works,
  type Standing,
  type TimedSession,
} from "../../rubric/readiness.ts";
import { readNext, selfEvaluation, weakest } from "../../rubric/self-evaluation.ts";
import type { DimensionNumber } from "../../rubric/shape.ts";

describe("an attempt", () => {
  it("works when a full grade passed, and only then", () => {
    expect(works({ verdict: "pass", partial: false })).toBe(true);
    expect(works({ verdict: "pass", partial: true })).toBe(false);
    expect(works({ verdict: "incomplete", partial: false })).toBe(false);
    expect(works({ verdict: "fail", partial: false })).toBe(false);
  });

  const passing: Standing = {
    works: true,
    solutionOpened: false,
    ownTestCount: 4,
    total: 56,
    pointsOf: () => 4,
  };

  it("passes with every condition only just met", () => {
    expect(passes(passing)).toBe(true);
  });

  it.each<[string, Partial<Standing>]>([
    ["works", { works: false }],
    ["own-tests", { ownTestCount: 3 }],
    ["bar", { total: 55 }],
    ["bar", { total: null }],
    ["solution-unopened", { solutionOpened: true }],
    ["decisive-5", { pointsOf: threeIn(5) }],
    ["decisive-7", { pointsOf: threeIn(7) }],
    ["decisive-13", { pointsOf: threeIn(13) }],
    ["decisive-14", { pointsOf: threeIn(14) }],
  ])("does not pass without %s", (id, changes) => {
    const standing = { ...passing, ...changes };
    expect(gapsOf(standing).map((gap) => gap.id)).toEqual([id]);
    expect(passes(standing)).toBe(false);
  });

  it("passes with few points in a dimension that does not decide", () => {
    for (const { number } of dimensions) {
      const decides = [5, 7, 13, 14].includes(number);
      expect(passes({ ...passing, pointsOf: threeIn(number) }), `${number}`).toBe(!decides);
    }
  });
});

function threeIn(number: DimensionNumber) {
  return (dimension: DimensionNumber) => (dimension === number ? 3 : 4);
}

describe("somebody", () => {
  const session = (changes: Partial<TimedSession> = {}): TimedSession => ({
    passed: true,
    fresh: true,
    solutionOpened: false,
    subjectHash: "one",
    ...changes,
  });
  const other = (changes: Partial<TimedSession> = {}) =>
    session({ subjectHash: "two", ...changes });

  it("is ready after two passed sessions in a row", () => {
    expect(ready([session(), other()])).toBe(true);
    expect(ready([session({ passed: false }), session(), other()])).toBe(true);
  });

  it("is not ready after one, or with a failure among the last two", () => {
    expect(ready([])).toBe(false);
    expect(ready([session()])).toBe(false);
    expect(ready([session(), other({ passed: false })])).toBe(false);
    expect(ready([session(), session({ passed: false }), other()])).toBe(false);
  });

  it("is not ready by grading one file twice, by going on, or by reading the solution", () => {
    expect(ready([session(), session()])).toBe(false);
    expect(ready([session(), other({ fresh: false })])).toBe(false);
    expect(ready([session({ solutionOpened: true }), other()])).toBe(false);
  });
});

describe("the rubric", () => {
  it("has fourteen dimensions of five points, numbered in order, each with its own name", () => {
    expect(dimensions.map(({ number }) => number)).toEqual(
      Array.from({ length: 14 }, (_, index) => index + 1),
    );
    expect(new Set(dimensions.map(({ name }) => name)).size).toBe(14);
    expect(dimensions.length * 5).toBe(pointsOfAll);
  });

  it("has an anchor for each number of points, no two alike", () => {
    const anchors = dimensions.flatMap((dimension) => [...dimension.anchors]);
    expect(new Set(anchors).size).toBe(70);
  });

  it("knows what to read for every dimension that can be the weakest", () => {
    for (const { number } of dimensions) {
      expect(weakest((dimension) => (dimension === number ? 2 : null))).toEqual([number]);
      expect(readNext[number]).not.toBe("");
    }
    expect(weakest((dimension) => (dimension > 12 ? 3 : 4))).toEqual([13, 14]);
    expect(weakest(() => null)).toEqual([]);
  });

  it("asks a person only for what no machine knows", () => {
    const asked = selfEvaluation.filter(({ asks }) => asks !== null).map(({ field }) => field);
    expect(asked).toEqual(["minutes", "gapsNamed", "leftOut", "actionItem"]);
  });
});
