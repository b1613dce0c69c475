/**
 * Refused is only who stands in the middle: it has missed what another has written, and somebody has read what it
 * overwrites. All that have ever read are looked at when it commits.
 *
 * Wrong: a reader that has begun already may read later. Then nobody stands in the middle any more who could be
 * refused but the reader, who sees a state that no order explains and is told nothing.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 3;
export const impostor = {
  promise: "mvcc-store/crowds-take-turns",
  level: 3,
  misconception: "whoever reads next has nothing to do with who has committed",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  readonly begun: PlainTransaction[] = [];

  override newTransaction(isSerializable: boolean): PlainTransaction {
    const transaction = super.newTransaction(isSerializable);
    if (isSerializable) this.begun.push(transaction);
    return transaction;
  }

  override hasReadConflict(transaction: PlainTransaction): boolean {
    const isReadByOthers = this.begun.some(
      (other) =>
        other !== transaction && [...transaction.writes.keys()].some((key) => other.hasRead(key)),
    );
    return isReadByOthers && super.hasReadConflict(transaction);
  }
}
