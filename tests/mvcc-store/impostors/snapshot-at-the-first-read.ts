/**
 * A transaction takes its snapshot when it reads for the first time.
 *
 * Wrong: what it should see was fixed at its begin. Whoever begins, waits and then reads sees what others have
 * committed while it waited.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/snapshots-stay-still",
  level: 1,
  misconception: "nobody can tell when a snapshot was taken before it is looked at",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override newTransaction(isSerializable: boolean): PlainTransaction {
    return new LateTransaction(this, isSerializable);
  }
}

class LateTransaction extends PlainTransaction {
  #isFixed = false;

  override valueOf(key: string): unknown {
    if (!this.#isFixed) this.snapshot = this.store.visibleNumber;
    this.#isFixed = true;
    return super.valueOf(key);
  }
}
