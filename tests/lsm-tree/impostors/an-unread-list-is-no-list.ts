/**
 * The newest list that is whole counts; a torn one is passed over.
 *
 * Wrong: so is one that the disk would not read just now, and then its tables are removed as orphans.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { NumberedTree } from "../alternates/numbered-files.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/disk-errors-lose-nothing",
  level: 5,
  misconception: "a list that cannot be read is as good as one that was never finished",
} as const;

class PassesOver extends NumberedTree {
  protected override async readList(number: number) {
    return super.readList(number).catch(() => undefined);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new PassesOver(options).opened();
}
