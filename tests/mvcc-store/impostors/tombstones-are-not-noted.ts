/**
 * A get notes the version that it has read, or that there is none.
 *
 * Wrong: when the newest version is a tombstone it does neither, for "what is deleted nobody reads". A key that never
 * was is noted, one that was deleted is not.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 3;
export const impostor = {
  promise: "mvcc-store/no-phantoms",
  level: 3,
  misconception: "what was deleted cannot have been read",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new TidyTransaction(this, isSerializable);
  }
}

class TidyTransaction extends PlainTransaction {
  override noteKey(key: string): void {
    const wasDeleted = this.store.versions.has(key) && this.valueOf(key) === undefined;
    if (!wasDeleted) super.noteKey(key);
  }
}
