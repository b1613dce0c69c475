/**
 * Gets that look into the tables as well as they can: what cannot be read has nothing to say.
 *
 * Wrong: a key is said to be absent because the disk failed, and damage is the only error that is told.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { errorCode } from "#platform/errors.ts";
import { EagerTree, type Run } from "../alternates/eager-levels.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/disk-errors-lose-nothing",
  level: 5,
  misconception: "a get that finds nothing has found that there is nothing",
} as const;

class FindsNothing extends EagerTree {
  protected override async lookUp(runs: readonly Run[], key: string): Promise<string | undefined> {
    try {
      return await super.lookUp(runs, key);
    } catch (error) {
      if (errorCode(error) === "CORRUPTION") throw error;
      return undefined;
    }
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new FindsNothing(options).opened();
}
