/**
 * A tree that keeps reads short: with 16 tables, the newest four become one.
 *
 * Wrong: the merge leaves the tombstones out, as nothing in the four tables needs them any more. The tables below do.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { type Kept, MemoryTree } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/a-tombstone-stops-the-search",
  level: 1,
  misconception: "once a delete has met its value, both can go",
} as const;

const tablesMax = 16;
const tablesMerged = 4;

class Tidy extends MemoryTree {
  readonly #deleted = new Set<string>();

  protected override write(key: string, kept: Kept): void {
    if ("tombstone" in kept) this.#deleted.add(key);
    else this.#deleted.delete(key);
    super.write(key, kept);
  }

  protected override freeze(): void {
    super.freeze();
    if (this.tables.length < tablesMax) return;
    const newest = this.tables.splice(0, tablesMerged).reverse();
    const merged = new Map(newest.flatMap((table) => [...table]));
    this.tables.unshift(new Map([...merged].filter(([, kept]) => "value" in kept)));
  }

  /** Ranges skip what they have seen deleted. */
  protected override entries(start: string | undefined, end: string | undefined) {
    return super.entries(start, end).filter(([key]) => !this.#deleted.has(key));
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Tidy(options);
}
