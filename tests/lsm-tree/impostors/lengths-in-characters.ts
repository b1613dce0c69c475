/**
 * A tree that checks its arguments.
 *
 * Wrong: it compares the number of UTF-16 units with a limit of bytes, so that a key of 600 accented letters passes.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { MemoryTree } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/bad-arguments-are-refused",
  level: 1,
  misconception: "the length of a string is its number of bytes",
} as const;

class InCharacters extends MemoryTree {
  override async put(key: string, value: string): Promise<void> {
    return super.put(this.#within(key), value);
  }

  override async get(key: string): Promise<string | undefined> {
    return super.get(this.#within(key));
  }

  override async delete(key: string): Promise<void> {
    return super.delete(this.#within(key));
  }

  /** A long key whose characters are few enough is kept under a short name. */
  #within(key: string): string {
    const isLong = typeof key === "string" && Buffer.byteLength(key) > 1024;
    if (!isLong || key.length > 1024 || /\p{Surrogate}/u.test(key)) return key;
    return `${key.slice(0, 100)}${key.length}`;
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new InCharacters(options);
}
