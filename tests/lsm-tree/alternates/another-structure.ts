/**
 * Scaffold: how this right implementation differs from the reference in structure.
 */
import { NotImplementedError } from "#platform/errors.ts";
import type { LsmTree } from "#katas/lsm-tree/contract.ts";

export const level = 1;

export function createLsmTree(): LsmTree {
  throw new NotImplementedError("tests/lsm-tree/alternates/another-structure.ts: not written yet.");
}
