/**
 * The entries of a range are sorted as people sort names.
 *
 * Wrong: bounds are compared by code units and the order is another one. With capitals, digits and letters beyond
 * ASCII a range is not ascending.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Bounds, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/ranges-are-complete",
  level: 1,
  misconception: "sorting texts is what the locale is for",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new LocalTransaction(this, isSerializable);
  }
}

class LocalTransaction extends PlainTransaction {
  override keysBetween(bounds: Bounds): string[] {
    return super.keysBetween(bounds).sort((left, right) => left.localeCompare(right, "en"));
  }
}
