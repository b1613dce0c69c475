/**
 * Blocks of four KiB, each behind a checksum of its four KiB.
 *
 * Wrong: a block holds at least one entry, however large its value is; nothing vouches for the rest of it.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { crc32, NumberedTree } from "../alternates/numbered-files.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/damage-is-refused",
  level: 3,
  misconception: "a block has four KiB",
} as const;

class GuardsFourKib extends NumberedTree {
  protected override checksumOfBlock(block: Uint8Array): number {
    return crc32(block.subarray(0, 4096));
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new GuardsFourKib(options).opened();
}
