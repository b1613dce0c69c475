/**
 * A journal tree in which a deleted key is gone for readers as soon as delete is called; values can be read when they are
 * safe.
 *
 * Wrong: somebody reads that nothing is there, and a power cut brings the value back.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { JournalTree, type Write } from "./parts/journal-tree.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/seen-is-safe",
  level: 3,
  misconception: "nothing cannot be lost, so it needs not be safe to be shown",
} as const;

class HidesAtOnce extends JournalTree {
  protected override commit(write: Write): Promise<void> {
    if (!("value" in write.kept)) this.write(write.key, write.kept);
    return super.commit(write);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new HidesAtOnce(options).opened();
}
