/**
 * What is known of a table has a checksum, which covers the largest key and the index.
 *
 * Wrong: it does not cover the filter, of which a damaged bit is said to cost nothing but reads. A missing one denies a key.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { bitsPerKey, crc32, NumberedTree } from "../alternates/numbered-files.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/damage-is-refused",
  level: 3,
  misconception: "a filter may be wrong anyway, so its bits need no checksum",
} as const;

class UnguardedFilter extends NumberedTree {
  protected override checksumOfMeta(meta: Uint8Array, entries: number): number {
    return crc32(meta.subarray(0, meta.length - Math.ceil((entries * bitsPerKey) / 8)));
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new UnguardedFilter(options).opened();
}
