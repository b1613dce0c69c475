/**
 * The reference with compactions that never fail: what could not be merged stays as it was, and no entry is lost.
 *
 * Wrong: the answer says that everything has been merged and what was deleted is gone.
 */
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { errorCode } from "#platform/errors.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { PassOnTree } from "./parts/pass-on-tree.ts";

export const level = 5;
export const impostor = {
  promise: "lsm-tree/space-is-given-back",
  level: 5,
  misconception: "a compaction changes no answer, so nobody needs to know that it failed",
} as const;

const refusals = ["CLOSED", "CORRUPTION"];

class NeverFails extends PassOnTree {
  override async compact(): Promise<void> {
    try {
      await this.tree.compact();
    } catch (error) {
      if (refusals.includes(errorCode(error) ?? "")) throw error;
    }
  }
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new NeverFails(await openReference(options));
}
