/**
 * Ranges that go from block to block and stop at the first one that begins at the end or behind it.
 *
 * Wrong: the keys of the index are compared by UTF-16 units, though all others are compared by their bytes. Few keys are
 * one block, whose first key is not looked at for long.
 */
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { compareKeys } from "./parts/byte-order.ts";
import { MemoryTree } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/ranges-keep-their-bounds",
  level: 2,
  misconception: "an index only has to be about right",
} as const;

const entriesOfBlock = 16;

class IndexByUnits extends MemoryTree {
  protected override entries(start: string | undefined, end: string | undefined): Entry[] {
    const all = super.entries(start, undefined);
    if (end === undefined) return [...all];
    const found: Entry[] = [];
    for (let at = 0; at < all.length; at += entriesOfBlock) {
      const block = all.slice(at, at + entriesOfBlock);
      // The first block is read in any case.
      if (at > 0 && (block[0]?.[0] ?? "") >= end) break;
      found.push(...block.filter(([key]) => compareKeys(key, end) < 0));
    }
    return found;
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new IndexByUnits(options);
}
