/**
 * A get waits while the list of tables changes, and then asks the tables that there are.
 *
 * Wrong: a list changes when it has been synced, and a get must not wait for a sync. The tables of before are as good.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { NumberedTree } from "../alternates/numbered-files.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/every-call-is-answered",
  level: 3,
  misconception: "while the list of tables changes nobody knows which of them to ask",
} as const;

class WaitsForTheList extends NumberedTree {
  protected override async beforeTables(change: Promise<void>): Promise<void> {
    await change.catch(() => undefined);
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new WaitsForTheList(options).opened();
}
