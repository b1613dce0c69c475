/**
 * A get notes its key when it has found something.
 *
 * Wrong: that nothing is there is something that was read. Two who each look for what the other puts both
 * commit.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 3;
export const impostor = {
  promise: "mvcc-store/no-phantoms",
  level: 3,
  misconception: "where there was nothing there was nothing to read",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new FindingTransaction(this, isSerializable);
  }
}

class FindingTransaction extends PlainTransaction {
  override noteKey(key: string): void {
    if (this.valueOf(key) !== undefined) super.noteKey(key);
  }
}
