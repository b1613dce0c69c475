/**
 * A commit compares what it has read, waits for its turn, compares what it has written, and is installed.
 *
 * Wrong: what it has read is compared before the wait, what it has written after it. Two commits called in one breath
 * have both read what the other is about to write.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { errorOf, PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 3;
export const impostor = {
  promise: "mvcc-store/crowds-take-turns",
  level: 3,
  misconception: "only what is written has to be compared at the very end",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override async commit(transaction: PlainTransaction): Promise<void> {
    this.refuseIfOver(transaction);
    const { writes } = transaction;
    if (writes.size === 0) return super.commit(transaction);
    const isOutdated = this.hasReadConflict(transaction);
    transaction.ending = "closed";
    await Promise.resolve();
    const isRefused = isOutdated || this.hasWriteConflict(transaction);
    this.open.delete(transaction);
    if (isRefused) throw errorOf("conflict");
    await this.persist(this.install(writes), writes);
  }
}
