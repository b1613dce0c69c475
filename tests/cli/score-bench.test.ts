/** What a bench beside an attempt says about dimensions 4 and 6, and when it says nothing. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { dimensions } from "../../rubric/dimensions.ts";
import type { BenchReport } from "../../scripts/lib/bench/bench-report.ts";
import type { CourseResult } from "../../scripts/lib/bench/race.ts";
import type { SubjectLocation } from "../../scripts/lib/grade/subject-location.ts";
import { benchBeside } from "../../scripts/lib/score/bench-beside.ts";
import { scoreOf } from "../../scripts/lib/score/score-of.ts";
import { spotless } from "../rubric/evidence.ts";

const folder = mkdtempSync(path.join(tmpdir(), "systems-katas-score-bench-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const attempt = {
  kind: "attempt",
  kata: { name: "wheel" },
  file: path.join(folder, "wheel.ts"),
} as SubjectLocation;

const spread = (median: number) => ({ min: median, median, max: median });

function courseOf(speed: number, changes: Partial<CourseResult> = {}): CourseResult {
  const lane = { kind: "subject", ofLimit: null, barriersEach: null } as const;
  const comparison = { subject: "reference", against: "wagon", times: spread(2), goal: 1.5 };
  return {
    ...{ title: "Turn", rounds: 3, disturbed: 0, leftOut: 0, unmeasured: [] },
    comparisons: [comparison],
    lanes: [
      { ...lane, name: "attempt", perSecond: spread(100 * speed) },
      { ...lane, name: "reference", perSecond: spread(100) },
    ],
    ...changes,
  };
}

function leave(changes: Partial<BenchReport>): void {
  const growth = (last: number) => ({
    ...{ title: "Grow", axis: "spokes", sizes: [1, 10] },
    lanes: [
      { name: "reference", kind: "subject" as const, microseconds: [1, 2] },
      { name: "attempt", kind: "subject" as const, microseconds: [5, last] },
    ],
  });
  const report: Partial<BenchReport> = {
    ...{ schemaVersion: 1, kata: "wheel", subjectHash: "this code" },
    courses: [courseOf(0.1)],
    growths: [growth(200)],
    ...changes,
  };
  writeFileSync(path.join(folder, "bench.json"), JSON.stringify(report));
}

/** Of somebody who claims five points throughout: the points of dimensions 4 and 6, and what is remarked. */
function scored(hash = "this code") {
  const own = new Map(
    dimensions.map(({ number }) => [number, { points: 5, quote: "a line" }] as const),
  );
  const evidence = { ...spotless, bench: benchBeside(attempt, hash) };
  const { dimensions: all, remarks } = scoreOf(evidence, { own, others: null }, true);
  return { points: [all[3]?.points, all[5]?.points], bounds: all[3]?.bounds, remarks };
}

test("without a bench nothing is held against it", () => {
  expect(scored()).toEqual({ points: [5, 5], bounds: [], remarks: [] });
});

test("a bench of this code holds down what it shows to be slow, and what grows faster", () => {
  leave({});
  expect(scored()).toEqual({
    points: [3, 3],
    bounds: [
      "at most 3: in most courses of the bench it is less than a quarter as fast as the reference",
    ],
    remarks: ["dimensions 4 and 6 are held against bench.json"],
  });
  leave({ courses: [courseOf(0.5)], growths: [] });
  expect(scored().points).toEqual([5, 5]);
});

test("a bench of other code is said to be stale, and gives nothing", () => {
  leave({});
  expect(scored("other code")).toEqual({
    points: [5, 5],
    bounds: [],
    remarks: ["bench.json is of other code than this and counts for nothing"],
  });
});

test("nothing follows from a course without a goal, from too few rounds, or without the attempt", () => {
  const alone = courseOf(0.1).lanes.slice(1);
  leave({
    courses: [
      courseOf(0.1, { comparisons: [] }),
      courseOf(0.1, { rounds: 2 }),
      courseOf(0.1, { lanes: alone }),
      courseOf(Number.NaN),
    ],
    growths: [],
  });
  expect(benchBeside(attempt, "this code")).toEqual({ speeds: [], growths: [] });
});

test("speeds are parts of the limit where there is one", () => {
  const [mine, reference] = courseOf(1).lanes.map((lane, index) => ({
    ...lane,
    ofLimit: spread(index === 0 ? 0.2 : 0.8),
  }));
  if (mine === undefined || reference === undefined) throw new RangeError("Expected two lanes.");
  leave({ courses: [courseOf(1, { lanes: [reference, mine] })], growths: [] });
  expect(benchBeside(attempt, "this code")).toEqual({ speeds: [0.25], growths: [] });
});

test("a bench that is none is named and left as it is", () => {
  writeFileSync(path.join(folder, "bench.json"), `{ "kata": "cart" }`);
  expect(() => benchBeside(attempt, "this code")).toThrow(
    "expected the result of a bench of wheel",
  );
});
