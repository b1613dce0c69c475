/**
 * Close closes all files and then lets the directory go.
 *
 * Wrong: when one of the files cannot be closed it rejects, and keeps the lock.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { EagerTree } from "../alternates/eager-levels.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/disk-errors-lose-nothing",
  level: 5,
  misconception: "a close that rejects has closed nothing",
} as const;

class KeepsTheLock extends EagerTree {
  protected override closeFile(file: { close: () => Promise<void> }): Promise<void> {
    return file.close();
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new KeepsTheLock(options).opened();
}
