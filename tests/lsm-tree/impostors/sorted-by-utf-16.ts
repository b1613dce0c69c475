/**
 * Ranges merged with a sort of their keys.
 *
 * Wrong: sort() compares UTF-16 units, in which a smiley stands before U+FFFF.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { MemoryTree } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/ranges-are-sorted-and-merged",
  level: 2,
  misconception: "strings compare as their bytes do",
} as const;

class ByUnits extends MemoryTree {
  protected override entries(start: string | undefined, end: string | undefined) {
    return [...super.entries(start, end)].sort(([left], [right]) => (left < right ? -1 : 1));
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new ByUnits(options);
}
