/**
 * Scaffold: the whole, all levels: what it guarantees, its layout drawn, and the order in which to read the files.
 */
import { NotImplementedError } from "#platform/errors.ts";
import type { LsmTree } from "#katas/lsm-tree/contract.ts";

export function createLsmTree(): LsmTree {
  throw new NotImplementedError("solutions/lsm-tree/lsm-tree.ts: not written yet.");
}
