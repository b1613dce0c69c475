/**
 * A range counts as a read of each key that it has found.
 *
 * Wrong: and of none that it has not. Who counts the entries and puts another one relies on those that are not there.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Bounds, type Entries, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 3;
export const impostor = {
  promise: "mvcc-store/no-phantoms",
  level: 3,
  misconception: "to read a range is to read the keys in it",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new FindingTransaction(this, isSerializable);
  }
}

class FindingTransaction extends PlainTransaction {
  override range(start?: string, end?: string): Entries {
    const entries = super.range(start, end);
    for (const [key] of entries) this.noteKey(key);
    return entries;
  }

  override noteRange(_bounds: Bounds): void {
    // Its keys are noted one by one.
  }
}
