/**
 * A full memtable gets in line for its table, and the next one begins.
 *
 * Wrong: the line has no end. As long as the disk answers the writers first, logs pile up.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { NumberedTree } from "../alternates/numbered-files.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/writers-are-pushed-back",
  level: 5,
  misconception: "tables are written faster than memtables fill, so nobody has to wait",
} as const;

class EndlessLine extends NumberedTree {
  protected override frozenMax = Number.POSITIVE_INFINITY;
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new EndlessLine(options).opened();
}
