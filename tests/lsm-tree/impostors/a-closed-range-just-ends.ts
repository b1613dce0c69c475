/**
 * Iterations that stop when the tree is closed.
 *
 * Wrong: they say that they are done, as if there were no more entries.
 */
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { checkBounds } from "./parts/arguments.ts";
import { MemoryTree } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/iterations-end",
  level: 2,
  misconception: "after close there is nothing left to iterate",
} as const;

class JustEnds extends MemoryTree {
  override async *range(start?: string, end?: string): AsyncGenerator<Entry> {
    this.refuseWhenClosed();
    checkBounds(start, end);
    for (const entry of this.entries(start, end)) {
      yield entry;
      if (this.isClosed) return;
    }
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new JustEnds(options);
}
