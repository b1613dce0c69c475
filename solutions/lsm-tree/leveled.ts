/**
 * Leveled compaction: every level but the first is one run, and holds ten times as much as the one above.
 *
 *   level 0   up to 4 runs, a memtable each
 *   level 1   1 run of 10 memtables at most
 *   level 2   1 run of 100, and so on
 *
 * A read asks few runs, and little space is wasted, since nine tenths of all entries lie in the last
 * level. It is paid for with writes: on its way down an entry is merged with ten of the next level.
 */
import type { CompactionStrategy, MergePlan } from "./compaction.ts";
import { rangeOf, runsInLevel0Target } from "./compaction.ts";
import { type Levels, Run } from "./version.ts";

const growth = 10;

export class Leveled implements CompactionStrategy {
  readonly #memtableThreshold: number;

  constructor(memtableThreshold: number) {
    this.#memtableThreshold = memtableThreshold;
  }

  nextMerge(levels: Levels): MergePlan | undefined {
    return this.#severalRuns(levels) ?? this.#fullLevel0(levels) ?? this.#fullLevel(levels);
  }

  levelOfAll(entryCount: number): number {
    let level = 1;
    while (this.#entriesMax(level) < entryCount) level += 1;
    return level;
  }

  /** Another strategy has left several runs in one level. */
  #severalRuns(levels: Levels): MergePlan | undefined {
    const level = levels.findIndex((runs, index) => index > 0 && runs.length > 1);
    if (level === -1) return undefined;
    return { inputs: levels[level] ?? [], levelOf: () => level };
  }

  #fullLevel0([level0 = [], level1 = []]: Levels): MergePlan | undefined {
    if (level0.length < runsInLevel0Target) return undefined;
    return withOverlapping(level0, level1, 1);
  }

  /** The table with the least to merge with makes room. */
  #fullLevel(levels: Levels): MergePlan | undefined {
    for (const [level, [run]] of levels.entries()) {
      if (level === 0 || run === undefined || run.entryCount <= this.#entriesMax(level)) continue;
      const plans = run.tables.map((table) =>
        withOverlapping([new Run([table])], levels[level + 1] ?? [], level + 1),
      );
      return plans.reduce((best, plan) => (costOf(plan) < costOf(best) ? plan : best));
    }
    return undefined;
  }

  #entriesMax(level: number): number {
    return this.#memtableThreshold * growth ** level;
  }
}

/** Merges runs with what overlaps them in the level below, which has one run or none. */
function withOverlapping(upper: readonly Run[], lower: readonly Run[], level: number): MergePlan {
  const [first, last] = rangeOf(upper.flatMap((run) => run.tables));
  const below = lower.flatMap((run) => run.overlapping(first, last));
  const inputs = below.length === 0 ? upper : [...upper, new Run(below)];
  return { inputs, levelOf: () => level };
}

/** Entries that have to be moved for each that leaves its level. */
function costOf({ inputs: [upper, lower] }: MergePlan): number {
  return (lower?.entryCount ?? 0) / (upper?.entryCount ?? 1);
}
