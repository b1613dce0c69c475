/**
 * A compaction has nothing to do when there is one table and no tombstone in it.
 *
 * Wrong: the memtable is not asked. What was deleted since the last compaction keeps its values in that table.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { EagerTree } from "../alternates/eager-levels.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/space-is-given-back",
  level: 5,
  misconception: "what is in no table needs no compaction",
} as const;

class AsksTablesOnly extends EagerTree {
  #isClosed = false;

  override async compact(): Promise<void> {
    const [run, another] = this.levels.flat();
    const isCompact = run?.tombstones === 0 && another === undefined;
    if (this.#isClosed || !isCompact) await super.compact();
  }

  override close(): Promise<void> {
    this.#isClosed = true;
    return super.close();
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new AsksTablesOnly(options).opened();
}
