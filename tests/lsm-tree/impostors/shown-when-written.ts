/**
 * A journal tree whose writes can be read as soon as they are called; their answers wait for the sync.
 *
 * Wrong: somebody reads a value, and a power cut takes it back.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { JournalTree, type Write } from "./parts/journal-tree.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/seen-is-safe",
  level: 3,
  misconception: "only who wrote a value has to wait until it is safe",
} as const;

class ShowsAtOnce extends JournalTree {
  protected override commit(write: Write): Promise<void> {
    this.write(write.key, write.kept);
    return super.commit(write);
  }

  protected override apply(): void {
    // It is there already.
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new ShowsAtOnce(options).opened();
}
