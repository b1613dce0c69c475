/**
 * Close waits for writes, flushes and merges.
 *
 * Wrong: a get or a next that is under way is a call too, and finds its file closed or answers when the directory has
 * another owner.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { EagerTree } from "../alternates/eager-levels.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/every-call-is-answered",
  level: 3,
  misconception: "only what changes something has to be over before close is",
} as const;

class LeavesReads extends EagerTree {
  protected override reading<Answer>(read: Promise<Answer>): Promise<Answer> {
    return read;
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new LeavesReads(options).opened();
}
