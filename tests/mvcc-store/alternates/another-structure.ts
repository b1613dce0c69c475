/**
 * Scaffold: how this right implementation differs from the reference in structure.
 */
import { NotImplementedError } from "#platform/errors.ts";
import type { MvccStore } from "#katas/mvcc-store/contract.ts";

export const level = 1;

export function createMvccStore(): MvccStore {
  throw new NotImplementedError(
    "tests/mvcc-store/alternates/another-structure.ts: not written yet.",
  );
}
