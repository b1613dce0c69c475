/**
 * Own writes come first, and where there is none, the snapshot.
 *
 * Wrong: an own delete is kept as undefined, and undefined is taken for "not written". Who deletes a key reads on
 * what was there before.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/own-writes-are-seen",
  level: 1,
  misconception: "whatever is undefined among the own writes was not written",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new ForgetfulTransaction(this, isSerializable);
  }
}

class ForgetfulTransaction extends PlainTransaction {
  override valueOf(key: string): unknown {
    const own = this.writes.get(key);
    return own === undefined ? this.store.valueAt(key, this.snapshot) : own;
  }
}
