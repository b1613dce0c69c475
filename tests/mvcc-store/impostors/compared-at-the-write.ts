/**
 * A serializable transaction compares what it has read whenever it writes: then it would act on something outdated.
 *
 * Wrong: what was read can become outdated between the last write and the commit.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { errorOf, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 3;
export const impostor = {
  promise: "mvcc-store/no-write-skew",
  level: 3,
  misconception: "what was still true at the last write may be relied on",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new EarlyTransaction(this, isSerializable);
  }

  override hasConflict(transaction: PlainTransaction): boolean {
    return this.hasWriteConflict(transaction);
  }
}

class EarlyTransaction extends PlainTransaction {
  override write(key: string, value: unknown): void {
    if (this.store.hasReadConflict(this)) {
      this.store.end(this, "conflict");
      throw errorOf("conflict");
    }
    super.write(key, value);
  }
}
