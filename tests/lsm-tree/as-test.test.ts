import { expect, test } from "vitest";
import type { Subject } from "#katas/lsm-tree/contract.ts";
import { invariants } from "#katas/lsm-tree/invariants.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import type { AnyExperiment, JointExperiment } from "../harness/experiment.ts";
import { proveKeptTests } from "../harness/prove/kept-tests.ts";
import { scenes } from "./as-test/scenes/index.ts";
import { experiments } from "./checks/index.ts";
import { suite } from "./suite.ts";

/** An impostor for each phase in which a promise may break, and for each way of playing a scene. */
const impostors = [
  "tables-listed-by-name",
  "merged-without-tombstones",
  "an-empty-value-is-none",
  "lengths-in-characters",
  "reads-outlive-close",
  "tables-in-the-module",
  "memtable-gone-before-the-table-is-there",
  "sorted-by-utf-16",
  "end-is-included",
  "ranges-read-the-living-memtable",
  "a-closed-range-just-ends",
  "gets-wait-for-the-list",
  "merges-outlive-close",
  "closed-only-without-errors",
  "tidies-up-before-recovery",
];

proveKeptTests({ kata, invariants, suite }, { impostors, factories: ["openLsmTree"] });

test("a kept test exists for every scene", () => {
  const missing: string[] = [];
  for (const { id } of invariants) {
    for (const scene of scenesOf(experiments[id])) {
      if (scenes[id]?.[scene] === undefined) missing.push(`${id}: ${scene}`);
    }
  }
  expect(missing).toEqual([]);
});

/** The scenes of a check, or of those of its parts that have some. */
function scenesOf(experiment: AnyExperiment<Subject>): string[] {
  if ("parts" in experiment)
    return (experiment as JointExperiment<Subject>).parts.flatMap(scenesOf);
  const found: string[] = [];
  for (const testCase of experiment.cases({ seed: 1, effort: 0.01 }) as Iterable<object>) {
    if (!("scene" in testCase)) break;
    found.push(String(testCase.scene));
  }
  return found;
}
