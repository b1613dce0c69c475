/**
 * When a transaction has read very many keys, their list gives way to a mark: it has read the whole store.
 *
 * Wrong: it has not. Whoever writes a key that it never looked at costs it its commit.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/isolation-costs-only-the-guilty",
  level: 3,
  misconception: "whoever has read that much has read everything",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

const readsMax = 256;

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new Coarse(this, isSerializable);
  }
}

class Coarse extends PlainTransaction {
  override hasRead(key: string): boolean {
    return this.keysRead.size > readsMax || super.hasRead(key);
  }
}
