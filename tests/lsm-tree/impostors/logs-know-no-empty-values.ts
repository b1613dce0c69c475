/**
 * Logs of batches, in which a value of no bytes stands for a delete.
 *
 * Wrong: the empty string is a value. From a table it comes back, from a log it does not.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { NumberedTree, type Pair } from "../alternates/numbered-files.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/strings-come-back-exactly",
  level: 1,
  misconception: "what has been flushed and read has been tested",
} as const;

class NothingIsADelete extends NumberedTree {
  protected override entriesOfLog(batch: Buffer): Pair[] {
    return super.entriesOfLog(batch).map(([key, value]) => [key, value === "" ? null : value]);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new NothingIsADelete(options).opened();
}
