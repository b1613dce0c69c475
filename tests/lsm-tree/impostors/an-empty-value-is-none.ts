/**
 * A tree that answers what it has found, or undefined.
 *
 * Wrong: it asks whether the value is truthy, and the empty string is not.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { MemoryTree } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/strings-come-back-exactly",
  level: 1,
  misconception: "nothing and the empty string are the same to a reader",
} as const;

class Truthy extends MemoryTree {
  override async get(key: string): Promise<string | undefined> {
    return (await super.get(key)) || undefined;
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Truthy(options);
}
