/**
 * A range walks the keys of the store and reads each as get would, own writes included.
 *
 * Wrong: a key that the transaction itself has just put is no key of the store yet. Overwriting and deleting show,
 * inserting does not.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Bounds, isBetween, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/own-writes-are-seen",
  level: 1,
  misconception: "whoever reads each key of the store as get does has all of them",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new NarrowTransaction(this, isSerializable);
  }
}

class NarrowTransaction extends PlainTransaction {
  override keysBetween(bounds: Bounds): string[] {
    return [...this.store.versions.keys()].filter((key) => isBetween(key, bounds)).sort();
  }
}
