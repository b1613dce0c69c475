/**
 * A compaction merges all tables into one.
 *
 * Wrong: where there is only one it has nothing to do, and its tombstones stay for ever.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { NumberedTree, type Run } from "../alternates/numbered-files.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/space-is-given-back",
  level: 5,
  misconception: "a single table is as compact as it gets",
} as const;

class LeavesOneAlone extends NumberedTree {
  protected override needsMerge(runs: readonly Run[]): boolean {
    return runs.length > 1;
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new LeavesOneAlone(options).opened();
}
