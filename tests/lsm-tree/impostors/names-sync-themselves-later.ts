/**
 * A failed sync of the directory loses no names, and the next one covers them.
 *
 * Wrong: what the new list replaces is removed before that next one, and a removal may survive without the list.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { NumberedTree } from "../alternates/numbered-files.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/disk-errors-lose-nothing",
  level: 5,
  misconception: "a sync of names that failed may be left to the next one",
} as const;

class LeavesNames extends NumberedTree {
  protected override syncNames(...place: Parameters<NumberedTree["syncNames"]>): Promise<void> {
    return super.syncNames(...place).catch(() => undefined);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new LeavesNames(options).opened();
}
