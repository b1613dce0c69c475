/**
 * Ranges that put their view together before the first entry is answered: the keys first, then a get for each of them.
 *
 * Wrong: a get is a call like any other, and a write that is made between two of them shows in one and not in the other.
 * Whoever waits for each answer before the next call sees nothing of it: nothing is written while `next` is under way.
 */
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { checkBounds } from "./parts/arguments.ts";
import { MemoryTree } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/a-range-is-one-view",
  level: 2,
  misconception: "what is read before the first entry is answered is read at one moment",
} as const;

class KeyByKey extends MemoryTree {
  override async *range(start?: string, end?: string): AsyncGenerator<Entry> {
    this.refuseWhenClosed();
    checkBounds(start, end);
    const view: Entry[] = [];
    for (const [key] of this.entries(start, end)) {
      const value = await this.get(key);
      if (value !== undefined) view.push([key, value]);
    }
    for (const entry of view) {
      yield entry;
      this.refuseWhenClosed();
    }
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new KeyByKey(options);
}
