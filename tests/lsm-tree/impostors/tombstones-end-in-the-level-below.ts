/**
 * Leveled merges, which keep tombstones as long as tables are young.
 *
 * Wrong: a merge of two levels drops them although a third one lies below. Few trees of a test are three levels deep.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { NumberedTree, type Run } from "../alternates/numbered-files.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/compaction-changes-no-read",
  level: 5,
  misconception: "a tombstone has done its work once it has met the level below it",
} as const;

class DropsInTheMiddle extends NumberedTree {
  protected override isOldest(runs: readonly Run[], from: number, to: number): boolean {
    return super.isOldest(runs, from, to) || runs.slice(from, to).every(({ tag }) => tag > 0);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new DropsInTheMiddle(options).opened();
}
