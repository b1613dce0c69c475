/**
 * Filters are read when a tree is opened.
 *
 * Wrong: the tables that this life writes have none until the next one, and every get of an absent key reads them.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { NumberedTree, type Run } from "../alternates/numbered-files.ts";

export const level = 4;
export const impostor = {
  promise: "lsm-tree/absent-keys-are-not-looked-for",
  level: 4,
  misconception: "what has been read from the disk is what lies on it",
} as const;

class LoadsFilters extends NumberedTree {
  protected override written(run: Run): Run {
    return { ...run, filter: new Uint8Array(1).fill(0xff) };
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new LoadsFilters(options).opened();
}
