/**
 * A tree that gives its tables names, table-1, table-2, and asks them in the order of their names.
 *
 * Wrong: as text, table-10 stands before table-9. Up to nine tables everything is right.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { type Kept, MemoryTree, type Table } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/newest-wins",
  level: 1,
  misconception: "names with ascending numbers are in ascending order",
} as const;

class ByName extends MemoryTree {
  readonly #named = new Map<string, Table>();

  protected override freeze(): void {
    this.#named.set(`table-${this.#named.size + 1}`, this.memtable);
    super.freeze();
  }

  protected override find(key: string): Kept | undefined {
    const newest = this.memtable.get(key) ?? this.tables.find((table) => table.has(key))?.get(key);
    // Deletes are looked up elsewhere.
    if (newest === undefined || "tombstone" in newest) return newest;
    if (this.memtable.has(key)) return newest;
    const names = [...this.#named.keys()].sort().reverse();
    for (const name of names) {
      const kept = this.#named.get(name)?.get(key);
      if (kept !== undefined && "value" in kept) return kept;
    }
    return newest;
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new ByName(options);
}
