/**
 * Of the keys that a transaction has read the newest thousand are noted, so that it cannot take up all memory.
 *
 * Wrong: what it writes may rest on the first of them.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/no-write-skew",
  level: 3,
  misconception: "nobody relies on what was read so long ago",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

const readsMax = 1000;

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new Forgetful(this, isSerializable);
  }
}

class Forgetful extends PlainTransaction {
  override noteKey(key: string): void {
    super.noteKey(key);
    const [first] = this.keysRead;
    if (this.keysRead.size > readsMax && first !== undefined) this.keysRead.delete(first);
  }
}
