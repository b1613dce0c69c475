/**
 * Another right implementation, of level 3: everything in memory, and one file on the disk that is the log and the
 * tables in one. It is read whole at each open and never rewritten; a flush has nothing to do for the disk.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { JournalTree } from "../impostors/parts/journal-tree.ts";

export const level = 3;

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new JournalTree(options).opened();
}
