/**
 * Ranges with two bounds.
 *
 * Wrong: the end is one of the entries.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { compareKeys } from "./parts/byte-order.ts";
import { MemoryTree, valueOf } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/ranges-keep-their-bounds",
  level: 2,
  misconception: "a range from a to c has a, b and c",
} as const;

class Inclusive extends MemoryTree {
  protected override entries(start: string | undefined, end: string | undefined) {
    const before = super.entries(start, end);
    if (end === undefined || (start !== undefined && compareKeys(start, end) >= 0)) return before;
    const value = valueOf(this.find(end));
    return value === undefined ? before : [...before, [end, value] as const];
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Inclusive(options);
}
