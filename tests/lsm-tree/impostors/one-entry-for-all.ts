/**
 * Ranges that answer every entry in the same array, to save the making of another one.
 *
 * Wrong: who keeps the entries has the last one, many times over.
 */
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { MemoryTree } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/strings-come-back-exactly",
  level: 1,
  misconception: "who asks for the next entry is done with the last one",
} as const;

class Reuses extends MemoryTree {
  override async *range(start?: string, end?: string): AsyncGenerator<Entry> {
    const entry: [string, string] = ["", ""];
    for await (const [key, value] of super.range(start, end)) {
      entry[0] = key;
      entry[1] = value;
      yield entry;
    }
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new Reuses(options);
}
