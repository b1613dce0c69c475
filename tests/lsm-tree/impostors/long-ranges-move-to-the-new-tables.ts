/**
 * The reference with ranges that do not keep old tables alive: after a compaction a long one goes on in the new tables,
 * behind the entry that it has answered last.
 *
 * Wrong: the new tables know what was written since it began.
 */
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { PassOnTree } from "./parts/pass-on-tree.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/views-outlive-compactions",
  level: 5,
  misconception: "a compaction changes tables and never entries",
} as const;

/** A range that has answered so many is a long one. */
const longFrom = 20;

class Moves extends PassOnTree {
  #compactions = 0;

  override async compact(): Promise<void> {
    await super.compact();
    this.#compactions += 1;
  }

  override async *range(start?: string, end?: string): AsyncGenerator<Entry> {
    let from = start;
    let answered = 0;
    for (let isMoving = true; isMoving;) {
      const compactions = this.#compactions;
      isMoving = false;
      for await (const entry of this.tree.range(from, end)) {
        yield entry;
        answered += 1;
        from = `${entry[0]}\0`;
        isMoving = answered >= longFrom && compactions !== this.#compactions;
        if (isMoving) break;
      }
    }
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Moves(await openReference(options));
}
