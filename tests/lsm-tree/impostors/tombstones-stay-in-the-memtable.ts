/**
 * A memtable knows which keys are deleted, a table holds sorted entries.
 *
 * Wrong: what was deleted is left out of the table, so after a flush an older table shows its value again.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { type Kept, MemoryTree } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/a-tombstone-stops-the-search",
  level: 1,
  misconception: "a table holds values, and a key that was deleted has none to hold",
} as const;

class ValuesOnly extends MemoryTree {
  protected override freeze(): void {
    this.tables.unshift(new Map([...this.memtable].filter(([, kept]) => "value" in kept)));
    this.memtable = new Map();
  }

  // The merge of ranges keeps the deletes that it needs.
  readonly #deleted = new Set<string>();

  protected override write(key: string, kept: Kept): void {
    if ("value" in kept) this.#deleted.delete(key);
    else this.#deleted.add(key);
    super.write(key, kept);
  }

  protected override entries(start: string | undefined, end: string | undefined) {
    return super.entries(start, end).filter(([key]) => !this.#deleted.has(key));
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new ValuesOnly(options);
}
