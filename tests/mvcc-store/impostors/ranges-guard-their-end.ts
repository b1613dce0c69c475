/**
 * A range reads all keys between its bounds, present or not.
 *
 * Wrong: here the end is one of them when it comes to conflicts, though not when it comes to entries. Neighbours that
 * share nothing but a bound refuse each other.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 3;
export const impostor = {
  promise: "mvcc-store/isolation-costs-only-the-guilty",
  level: 3,
  misconception: "it is safer to guard a little more than was read",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new CarefulTransaction(this, isSerializable);
  }
}

class CarefulTransaction extends PlainTransaction {
  override hasRead(key: string): boolean {
    return super.hasRead(key) || this.rangesRead.some(({ end }) => end === key);
  }
}
