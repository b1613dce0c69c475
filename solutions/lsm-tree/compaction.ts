/**
 * Compaction: which runs are merged, and when. A strategy decides, and everything else is the same for
 * all of them.
 *
 * Sizes are counted in entries, and compared with the number of entries that a full memtable has.
 */
import { invariant } from "#platform/invariant.ts";
import { Run, type Levels, tablesOf } from "./version.ts";
import type { Table } from "./table.ts";

/** Runs, or parts of runs, that become one. */
export interface MergePlan {
  /** From the newest to the oldest. */
  readonly inputs: readonly Run[];
  /** The level to which the result belongs, given how many entries it has. */
  readonly levelOf: (entryCount: number) => number;
}

export interface CompactionStrategy {
  /** What should be merged now; undefined when all is as it should be. */
  nextMerge(levels: Levels): MergePlan | undefined;
  /** The level for a run that holds all there is. */
  levelOfAll(entryCount: number): number;
}

/** With so many runs in level 0 it is time to merge them. */
export const runsInLevel0Target = 4;
/** With so many, writers wait: a read would have to ask all of them. */
export const runsInLevel0Max = 12;

/** Merges everything there is; undefined when that would change nothing. */
export function mergeOfAll(levels: Levels, strategy: CompactionStrategy): MergePlan | undefined {
  const inputs = levels.flat();
  const hasTombstones = tablesOf(levels).some((table) => table.tombstoneCount > 0);
  if (inputs.length < 2 && !hasTombstones) return undefined;
  return { inputs, levelOf: (entryCount) => strategy.levelOfAll(entryCount) };
}

/**
 * Whether the merge may forget its tombstones: no older table can hold one of its keys, so there is
 * nothing left that a tombstone could hide. Readers of older versions keep the tables that they need.
 */
export function dropsTombstones(levels: Levels, { inputs }: MergePlan): boolean {
  const merged = new Set(inputs.flatMap((run) => run.tables));
  const deepest = levels.findLastIndex((runs) =>
    tablesOf([runs]).some((table) => merged.has(table)),
  );
  const [first, last] = rangeOf([...merged]);
  return levels
    .slice(deepest + 1)
    .flat()
    .every((run) => run.overlapping(first, last).length === 0);
}

/** The levels in which the merged tables have made way for the result. */
export function afterMerge(levels: Levels, plan: MergePlan, result: readonly Table[]): Levels {
  const merged = new Set(plan.inputs.flatMap((run) => run.tables));
  const deepest = levels.findLastIndex((runs) =>
    tablesOf([runs]).some((table) => merged.has(table)),
  );
  const rest = levels.map((runs) => runs.flatMap((run) => without(run, merged)));
  if (result.length === 0) return rest;

  const run = new Run(result);
  const level = plan.levelOf(run.entryCount);
  invariant(
    rest.slice(deepest + 1, level).every((runs) => runs.length === 0),
    "a result does not come to lie below what is older",
  );
  while (rest.length <= level) rest.push([]);
  const runs = rest[level] as Run[];
  const [neighbour] = runs;
  if (level > 0 && runs.length === 1 && neighbour !== undefined && !doOverlap(neighbour, run)) {
    rest[level] = [new Run(sorted([...neighbour.tables, ...result]))];
  } else if (level > deepest) {
    // Newer than all that was this deep before.
    rest[level] = [run, ...runs];
  } else {
    // What is left in this level came while the merge went on, so it is newer.
    rest[level] = [...runs, run];
  }
  return rest;
}

/** The smallest and the largest key of some tables. */
export function rangeOf(tables: readonly Table[]): [first: string, last: string] {
  let [first, last] = [tables[0]?.firstKey ?? "", tables[0]?.lastKey ?? ""];
  for (const table of tables) {
    if (table.firstKey < first) first = table.firstKey;
    if (table.lastKey > last) last = table.lastKey;
  }
  return [first, last];
}

function without(run: Run, tables: ReadonlySet<Table>): Run[] {
  const rest = run.tables.filter((table) => !tables.has(table));
  if (rest.length === run.tables.length) return [run];
  return rest.length === 0 ? [] : [new Run(rest)];
}

function doOverlap(left: Run, right: Run): boolean {
  return right.tables.some((table) => left.overlapping(table.firstKey, table.lastKey).length > 0);
}

function sorted(tables: readonly Table[]): Table[] {
  return [...tables].sort((left, right) => (left.firstKey < right.firstKey ? -1 : 1));
}
