/**
 * A conflict is a version that is newer than the snapshot.
 *
 * Wrong: the comparison allows for one more, since begin and commit "take numbers from the same counter". When exactly
 * one commit lies between, it is overwritten.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { PlainTransaction } from "./parts/plain-store.ts";
import { PlainStore } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/no-lost-updates",
  level: 2,
  misconception: "a snapshot and the commit after it have the same number",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override hasWriteConflict({ writes, snapshot }: PlainTransaction): boolean {
    return [...writes.keys()].some((key) => this.newestNumberOf(key) > snapshot + 1);
  }
}
