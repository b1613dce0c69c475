/**
 * A tree that refuses writes when it is closed.
 *
 * Wrong: gets are answered for ever.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { checkKey } from "./parts/arguments.ts";
import { MemoryTree, valueOf } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/closed-means-closed",
  level: 1,
  misconception: "a read changes nothing, so it can do no harm after close",
} as const;

class ReadsForEver extends MemoryTree {
  override async get(key: string): Promise<string | undefined> {
    checkKey(key);
    return valueOf(this.find(key));
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new ReadsForEver(options);
}
