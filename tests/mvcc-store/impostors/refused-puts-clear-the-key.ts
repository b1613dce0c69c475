/**
 * A put makes room for the key among the own writes, and then puts a copy of the value there.
 *
 * Wrong: when the copy fails, the room is made. The call is refused as it should be, and the key is deleted.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { checkKey } from "./parts/arguments.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/bad-arguments-are-refused",
  level: 1,
  misconception: "what throws in the middle has not done anything",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new HastyTransaction(this, isSerializable);
  }
}

class HastyTransaction extends PlainTransaction {
  override put(key: string, value: unknown): void {
    this.store.refuseIfOver(this);
    checkKey(key);
    this.write(key, undefined);
    super.put(key, value);
  }
}
