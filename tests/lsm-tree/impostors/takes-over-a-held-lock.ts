/**
 * A journal with a remedy against locks that a crash has left behind.
 *
 * Wrong: a locked directory is opened all the same. The disk frees the locks of the dead by itself, so the only owner
 * who can be in the way is alive.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import type { DiskLock } from "#platform/disk.ts";
import { errorCode } from "#platform/errors.ts";
import { JournalTree } from "./parts/journal-tree.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/one-owner-at-a-time",
  level: 3,
  misconception: "a lock that is in the way was left behind by a crash",
} as const;

class LockBreaker extends JournalTree {
  protected override async lockDirectory(): Promise<DiskLock> {
    try {
      return await super.lockDirectory();
    } catch (error) {
      if (errorCode(error) !== "LOCKED") throw error;
      return { release: async () => undefined };
    }
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new LockBreaker(options).opened();
}
