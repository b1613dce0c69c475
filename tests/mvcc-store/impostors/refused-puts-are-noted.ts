/**
 * Put notes first which key will change, with the value that it has, and then copies the new one.
 *
 * Wrong: a value that cannot be copied leaves the note behind. The transaction has written a key without having
 * written it: it loses against whoever did, or puts back what was there before.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { checkKey } from "./parts/arguments.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/bad-arguments-are-refused",
  level: 1,
  misconception: "writing what is there already changes nothing",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new NotingTransaction(this, isSerializable);
  }
}

class NotingTransaction extends PlainTransaction {
  override put(key: string, value: unknown): void {
    this.store.refuseIfOver(this);
    checkKey(key);
    if (!this.writes.has(key)) this.write(key, this.valueOf(key));
    super.put(key, value);
  }
}
