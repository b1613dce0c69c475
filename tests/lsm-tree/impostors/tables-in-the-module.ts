/**
 * A tree with its tables in a variable of the module.
 *
 * Wrong: every tree of the process shares them. In a test with one tree everything is right.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { MemoryTree, type Table } from "./parts/memory-tree.ts";

export const level = 2;
export const impostor = {
  promise: "lsm-tree/an-empty-directory-is-an-empty-tree",
  level: 1,
  misconception: "a process has one tree",
} as const;

const tables: Table[] = [];

class SharedTables extends MemoryTree {
  protected override tables = tables;
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new SharedTables(options);
}
