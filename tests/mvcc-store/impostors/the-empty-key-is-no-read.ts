/**
 * What was read is noted under its key, if it has one.
 *
 * Wrong: the empty key is a key like any other. Whoever has read it and found nothing is not told who has put it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/no-phantoms",
  level: 3,
  misconception: "an empty text stands for no text",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new Doubtful(this, isSerializable);
  }
}

class Doubtful extends PlainTransaction {
  override noteKey(key: string): void {
    if (key) super.noteKey(key);
  }
}
