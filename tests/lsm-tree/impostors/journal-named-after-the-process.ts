/**
 * A journal tree with a file for each process, so that two of them never write to the same one.
 *
 * Wrong: the next process looks for a file of its own and finds an empty tree. Tests that reopen in one process, or
 * pretend to kill it, always find theirs.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { JournalTree } from "./parts/journal-tree.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/acked-writes-survive",
  level: 3,
  misconception: "a tree that opens again is opened by the same process",
  stressOnly: true,
} as const;

class OfProcess extends JournalTree {
  protected override get path(): string {
    return `${this.directory}/journal-${process.pid}`;
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new OfProcess(options).opened();
}
