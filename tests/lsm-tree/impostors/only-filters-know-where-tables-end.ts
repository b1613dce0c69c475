/**
 * Gets leave it to the filters to say that a key is in no table.
 *
 * Wrong: a filter lets one key in a hundred through, and so it does with those beyond the largest one.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { NumberedTree } from "../alternates/numbered-files.ts";

export const level = 4;
export const impostor = {
  promise: "lsm-tree/absent-keys-are-not-looked-for",
  level: 4,
  misconception: "a filter knows all that the largest key knows",
} as const;

class AsksFilters extends NumberedTree {
  protected override isInReach(): boolean {
    return true;
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new AsksFilters(options).opened();
}
