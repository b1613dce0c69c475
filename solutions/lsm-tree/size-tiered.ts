/**
 * Size-tiered compaction: four runs of similar size become one of the next size.
 *
 *   level 0   up to 3 runs of 1 memtable
 *   level 1   up to 3 runs of 4 memtables
 *   level 2   up to 3 runs of 16, and so on
 *
 * An entry is written once for each level that it passes, and no more. It is paid for with reads, which
 * ask up to three runs a level, and with space: several runs of the largest size may hold the same keys.
 */
import { type CompactionStrategy, type MergePlan, runsInLevel0Target } from "./compaction.ts";
import type { Levels } from "./version.ts";

const runsMerged = runsInLevel0Target;

export class SizeTiered implements CompactionStrategy {
  readonly #memtableThreshold: number;

  constructor(memtableThreshold: number) {
    this.#memtableThreshold = memtableThreshold;
  }

  nextMerge(levels: Levels): MergePlan | undefined {
    const level = levels.findIndex((runs) => runs.length >= runsMerged);
    if (level === -1) return undefined;
    // Overwritten entries leave a result small: then it stays, or levels would grow without end. It goes
    // down by one at most, however large it is: what lies deeper is older.
    const levelOf = (entryCount: number): number =>
      entryCount <= this.#entriesMax(level) ? level : level + 1;
    return { inputs: levels[level] ?? [], levelOf };
  }

  levelOfAll(entryCount: number): number {
    let level = 0;
    while (this.#entriesMax(level) < entryCount) level += 1;
    return level;
  }

  #entriesMax(level: number): number {
    return this.#memtableThreshold * runsMerged ** level;
  }
}
