/**
 * What was read is compared with the newest commit.
 *
 * Wrong: with the newest one only. Two commits later, what has changed is behind it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { PlainTransaction } from "./parts/plain-store.ts";
import { PlainStore } from "./parts/plain-store.ts";

export const level = 3;
export const impostor = {
  promise: "mvcc-store/no-write-skew",
  level: 3,
  misconception: "the newest commit contains all the others",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override hasReadConflict(transaction: PlainTransaction): boolean {
    if (!transaction.isSerializable || this.lastNumber <= transaction.snapshot) return false;
    const keys = this.recent.get(this.lastNumber) ?? [];
    return keys.some((key) => transaction.hasRead(key));
  }
}
