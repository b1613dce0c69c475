/**
 * A range counts as a read of all keys between its bounds, and the empty key lies in none of them.
 *
 * Wrong: the empty key is a key like any other. Whoever found that it is not there has read it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { type Entries, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 3;
export const impostor = {
  promise: "mvcc-store/no-phantoms",
  level: 3,
  misconception: "nobody can put a key before the first letter",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new LetteredTransaction(this, isSerializable);
  }
}

class LetteredTransaction extends PlainTransaction {
  override range(start?: string, end?: string): Entries {
    const entries = super.range(start, end);
    if (entries[0]?.[0] === "") this.noteKey("");
    return entries;
  }

  override hasRead(key: string): boolean {
    return key === "" ? this.keysRead.has(key) : super.hasRead(key);
  }
}
