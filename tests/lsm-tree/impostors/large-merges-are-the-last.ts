/**
 * Leveled merges, which drop tombstones in the last level; that is where the large tables are.
 *
 * Wrong: a level that is large may have a larger one below it. With small values no level of a test is large.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { NumberedTree, type Run } from "../alternates/numbered-files.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/compaction-changes-no-read",
  level: 5,
  misconception: "what is large lies in the last level",
} as const;

const largeBytes = 128 * 1024;

class DropsWhereItIsLarge extends NumberedTree {
  protected override isOldest(runs: readonly Run[], from: number, to: number): boolean {
    const bytes = runs.slice(from, to).reduce((sum, { size }) => sum + size, 0);
    return super.isOldest(runs, from, to) || bytes >= largeBytes;
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new DropsWhereItIsLarge(options).opened();
}
