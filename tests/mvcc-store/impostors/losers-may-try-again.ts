/**
 * A commit that is refused says so, and leaves the transaction as it was: perhaps its author wants to look at it, or to
 * give up the key in question.
 *
 * Wrong: a refused transaction is over. Here it reads on, and its next commit is refused as well, until it is rolled
 * back.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { errorOf, PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/losers-leave-no-trace",
  level: 2,
  misconception: "an error answers one call and ends nothing",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override async commit(transaction: PlainTransaction): Promise<void> {
    this.refuseIfOver(transaction);
    if (transaction.writes.size > 0 && this.hasConflict(transaction)) throw errorOf("conflict");
    await super.commit(transaction);
  }
}
