/**
 * Everybody who has read is compared with what has been written since, whatever isolation was asked for.
 *
 * Wrong: a snapshot that writes nothing has its place in the order already and is never refused. Here it is, once somebody has
 * written what it read.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { errorOf, PlainStore, PlainTransaction } from "./parts/plain-store.ts";

export const level = 3;
export const impostor = {
  promise: "mvcc-store/isolation-costs-only-the-guilty",
  level: 3,
  misconception: "whoever reads something outdated must be told",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  /** Whether anybody has asked for more than a snapshot: until then nothing is compared. */
  #isStrict = false;

  override newTransaction(isSerializable: boolean): PlainTransaction {
    this.#isStrict ||= isSerializable;
    return new PlainTransaction(this, isSerializable || this.#isStrict);
  }

  override async commit(transaction: PlainTransaction): Promise<void> {
    this.refuseIfOver(transaction);
    if (this.hasReadConflict(transaction)) {
      this.end(transaction, "conflict");
      throw errorOf("conflict");
    }
    await super.commit(transaction);
  }
}
