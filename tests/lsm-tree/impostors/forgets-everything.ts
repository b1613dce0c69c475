/**
 * Scaffold: what is wrong here, and why nobody noticed.
 */
import { NotImplementedError } from "#platform/errors.ts";
import type { LsmTree } from "#katas/lsm-tree/contract.ts";

export const level = 1;
export const impostor = {
  promise: "lsm-tree/first-promise",
  level: 1,
  misconception: "Scaffold: the belief behind the bug, in a few words",
} as const;

export function createLsmTree(): LsmTree {
  throw new NotImplementedError("tests/lsm-tree/impostors/forgets-everything.ts: not written yet.");
}
