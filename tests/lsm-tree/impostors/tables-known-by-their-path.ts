/**
 * A tree whose tables stand in a variable of the module, by the path of their directory.
 *
 * Wrong: another disk may have a directory of this path, and what was there before need not be there now.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { MemoryTree, type Table } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/an-empty-directory-is-an-empty-tree",
  level: 1,
  misconception: "a path names one directory for as long as the process lives",
} as const;

const tablesOf = new Map<string, Table[]>();

class RememberedTables extends MemoryTree {
  constructor(options: LsmTreeOptions) {
    super(options);
    const { directory } = options;
    this.tables = tablesOf.get(directory) ?? [];
    tablesOf.set(directory, this.tables);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new RememberedTables(options);
}
