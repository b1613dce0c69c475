/**
 * A flush that sorts the memtable into a table, and yields before it does, so that writers do not wait.
 *
 * Wrong: the memtable is taken away first and the table comes a moment later. A get in between finds neither.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { type Kept, MemoryTree } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/calls-look-sequential",
  level: 1,
  misconception: "what takes a moment is over before anybody asks",
} as const;

class GapBetween extends MemoryTree {
  #sorting: Promise<void> = Promise.resolve();

  override async flush(): Promise<void> {
    await super.flush();
    await this.#sorting;
  }

  protected override freeze(): void {
    const full = this.memtable;
    this.memtable = new Map();
    this.#sorting = this.#sorted(full);
  }

  async #sorted(full: Map<string, Kept>): Promise<void> {
    const entries = [...full];
    await undefined;
    this.tables.unshift(new Map(entries.sort()));
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  const tree = new GapBetween(options);
  // One caller at a time never falls into the gap.
  const { put, delete: remove } = tree;
  tree.put = async (key, value) => {
    await put.call(tree, key, value);
    await undefined;
    await undefined;
  };
  tree.delete = async (key) => {
    await remove.call(tree, key);
    await undefined;
    await undefined;
  };
  return tree;
}
