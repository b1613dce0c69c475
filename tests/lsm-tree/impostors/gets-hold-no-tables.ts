/**
 * Ranges hold the tables that they read, for they may be read for long. A get is over in a moment.
 *
 * Wrong: within that moment a merge ends, and its tables are closed. A get that needs one read seldom meets it; one of two
 * tables, or of a disk that answers in pieces, finds its file closed.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { EagerTree, type Run } from "../alternates/eager-levels.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/compaction-looks-instant",
  level: 5,
  misconception: "what is as short as a get needs no hold on anything",
} as const;

class HoldsNothing extends EagerTree {
  protected override async lookUp(runs: readonly Run[], key: string): Promise<string | undefined> {
    for (const run of runs) {
      const cell = await run.find(key);
      if (cell !== undefined) return cell.value;
    }
    return undefined;
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new HoldsNothing(options).opened();
}
