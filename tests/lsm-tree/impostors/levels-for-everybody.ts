/**
 * The reference with one strategy, which keeps reads and space small.
 *
 * Wrong: who asked for tiers wanted few writes.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/size-tiered-keeps-its-bounds",
  level: 5,
  misconception: "the tidier the tables the better",
} as const;

export function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return openReference(
    options.compaction === "size-tiered" ? { ...options, compaction: "leveled" } : options,
  );
}
