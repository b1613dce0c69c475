/**
 * The reference with one compaction at a time: who calls for another one waits for that which runs.
 *
 * Wrong: it began before, and knows nothing of what has been deleted since.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { PassOnTree } from "./parts/pass-on-tree.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/compaction-looks-instant",
  level: 5,
  misconception: "two compactions at a time do the same work twice",
} as const;

class Joins extends PassOnTree {
  #running: Promise<void> | undefined;

  override compact(): Promise<void> {
    this.#running ??= this.tree.compact().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Joins(await openReference(options));
}
