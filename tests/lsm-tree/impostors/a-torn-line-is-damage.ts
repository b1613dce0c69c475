/**
 * A journal of lines with checksums, which are verified at each open.
 *
 * Wrong: a line that does not fit its checksum is refused, also the last one, which a crash has torn.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import type { DiskFile } from "#platform/disk.ts";
import { JournalTree } from "./parts/journal-tree.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/opens-after-any-crash",
  level: 3,
  misconception: "a wrong checksum means damage",
} as const;

class Strict extends JournalTree {
  protected override async makeFinal(file: DiskFile, end: number): Promise<void> {
    if (end < (await file.size())) this.damaged();
    await super.makeFinal(file, end);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Strict(options).opened();
}
