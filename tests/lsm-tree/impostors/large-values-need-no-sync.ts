/**
 * A journal that is synced at each open, unless it ends with a large value.
 *
 * Wrong: what was read after a kill may never have been synced, however large it is. It is shown, and the next power cut
 * takes it back.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import type { DiskFile } from "#platform/disk.ts";
import { JournalTree } from "./parts/journal-tree.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/recovery-is-final",
  level: 3,
  misconception: "only small writes linger in a cache of the disk",
} as const;

const largeFrom = 150;

class SyncsSmall extends JournalTree {
  #isLastLarge = false;

  protected override replayLine(text: string): void {
    super.replayLine(text);
    this.#isLastLarge = text.length - text.lastIndexOf(" ") > largeFrom;
  }

  protected override async makeFinal(file: DiskFile, end: number): Promise<void> {
    const isWhole = end === (await file.size());
    if (isWhole && this.#isLastLarge) await this.disk.syncDirectory(this.directory);
    else await super.makeFinal(file, end);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new SyncsSmall(options).opened();
}
