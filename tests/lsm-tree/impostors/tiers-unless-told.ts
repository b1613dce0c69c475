/**
 * The reference, which merges by levels when it is asked to.
 *
 * Wrong: who asks for nothing gets levels too.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/leveled-keeps-its-bounds",
  level: 5,
  misconception: "where nothing is said either strategy will do",
} as const;

export function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return openReference({ ...options, compaction: options.compaction ?? "size-tiered" });
}
