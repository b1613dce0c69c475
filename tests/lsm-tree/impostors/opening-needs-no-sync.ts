/**
 * A journal that is read at each open, and synced when something is written.
 *
 * Wrong: what was read after a kill may never have been synced. It is shown, and the next power cut takes it back.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import type { DiskFile } from "#platform/disk.ts";
import { JournalTree } from "./parts/journal-tree.ts";

export const level = 3;
export const singleThreaded = "one write at a time, each with a sync of its own";
export const impostor = {
  promise: "lsm-tree/recovery-is-final",
  level: 3,
  misconception: "only writing needs a sync, and opening reads",
} as const;

class ReadsOnly extends JournalTree {
  protected override async makeFinal(file: DiskFile, end: number): Promise<void> {
    if (end < (await file.size())) await super.makeFinal(file, end);
    // The name alone: a new journal needs it.
    else await this.disk.syncDirectory(this.directory);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new ReadsOnly(options).opened();
}
