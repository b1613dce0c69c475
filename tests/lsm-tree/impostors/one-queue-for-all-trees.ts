/**
 * Writes that are called together are carried out together, from a queue that is always emptied in the same turn.
 *
 * Wrong: there is one queue for all trees, and whoever empties it takes what another tree was given in that turn.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { type Kept, MemoryTree } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/calls-look-sequential",
  level: 1,
  misconception: "what is empty between two calls can be shared",
} as const;

const queue: { key: string; kept: Kept }[] = [];

class Batches extends MemoryTree {
  override async put(key: string, value: string): Promise<void> {
    this.refuseWhenClosed();
    checkKey(key);
    checkValue(value);
    await this.#carryOut(key, { value });
  }

  override async delete(key: string): Promise<void> {
    this.refuseWhenClosed();
    checkKey(key);
    await this.#carryOut(key, { tombstone: true });
  }

  async #carryOut(key: string, kept: Kept): Promise<void> {
    queue.push({ key, kept });
    await undefined;
    for (const write of queue.splice(0)) this.write(write.key, write.kept);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Batches(options);
}
