/**
 * A key that has no value gives undefined.
 *
 * Wrong: null is taken for no value. It is stored and handed around, and the last step before the caller turns it into
 * undefined; a range leaves it out.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/values-come-back-equal",
  level: 1,
  misconception: "null and undefined both say that there is nothing",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new StrictTransaction(this, isSerializable);
  }
}

class StrictTransaction extends PlainTransaction {
  override valueOf(key: string): unknown {
    return super.valueOf(key) ?? undefined;
  }
}
