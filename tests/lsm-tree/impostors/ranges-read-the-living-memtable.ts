/**
 * Ranges that note their keys when they begin, and look the values up when they come to them.
 *
 * Wrong: the memtable is the living one, so a value that is put meanwhile shows, and one that is deleted is gone.
 */
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { MemoryTree, valueOf } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/a-range-is-one-view",
  level: 2,
  misconception: "tables do not change, so a merge of them is a snapshot",
} as const;

class Living extends MemoryTree {
  override async *range(start?: string, end?: string): AsyncGenerator<Entry> {
    for await (const [key] of super.range(start, end)) {
      const value = valueOf(this.find(key));
      if (value !== undefined) yield [key, value];
    }
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Living(options);
}
