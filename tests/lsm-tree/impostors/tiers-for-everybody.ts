/**
 * The reference with one strategy, which writes least.
 *
 * Wrong: who asked for levels wanted little space and few reads.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/leveled-keeps-its-bounds",
  level: 5,
  misconception: "what writes least is best for everybody",
} as const;

export function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  const { compaction = "leveled" } = options;
  return openReference(
    compaction === "leveled" ? { ...options, compaction: "size-tiered" } : options,
  );
}
