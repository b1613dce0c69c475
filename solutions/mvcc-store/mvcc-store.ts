/**
 * Scaffold: the whole, all levels: what it guarantees, its layout drawn, and the order in which to read the files.
 */
import { NotImplementedError } from "#platform/errors.ts";
import type { MvccStore } from "#katas/mvcc-store/contract.ts";

export function createMvccStore(): MvccStore {
  throw new NotImplementedError("solutions/mvcc-store/mvcc-store.ts: not written yet.");
}
