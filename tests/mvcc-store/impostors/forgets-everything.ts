/**
 * Scaffold: what is wrong here, and why nobody noticed.
 */
import { NotImplementedError } from "#platform/errors.ts";
import type { MvccStore } from "#katas/mvcc-store/contract.ts";

export const level = 1;
export const impostor = {
  promise: "mvcc-store/first-promise",
  level: 1,
  misconception: "Scaffold: the belief behind the bug, in a few words",
} as const;

export function createMvccStore(): MvccStore {
  throw new NotImplementedError(
    "tests/mvcc-store/impostors/forgets-everything.ts: not written yet.",
  );
}
