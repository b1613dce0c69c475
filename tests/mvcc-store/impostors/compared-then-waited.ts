/**
 * A commit is compared with what others have written, waits for its turn, and is installed.
 *
 * Wrong: while it waits, others are compared with a world in which it is not. Two commits called in one breath
 * both find nobody in their way.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { errorOf, PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/crowds-see-snapshots",
  level: 2,
  misconception: "what was compared a moment ago is still true",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override async commit(transaction: PlainTransaction): Promise<void> {
    this.refuseIfOver(transaction);
    const { writes } = transaction;
    const isRefused = writes.size > 0 && this.hasConflict(transaction);
    this.end(transaction, isRefused ? "conflict" : "closed");
    if (isRefused) throw errorOf("conflict");
    if (writes.size === 0) return;
    await Promise.resolve();
    await this.persist(this.install(writes), writes);
  }
}
