/**
 * Only the last thousand commits are remembered, so whoever began before them cannot be compared and is refused.
 *
 * Wrong: none of those commits may have touched what it has. However long a transaction takes, it commits if
 * nobody is in its way.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type PlainTransaction } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/the-innocent-commit",
  level: 2,
  misconception: "whoever is far behind has certainly missed something",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

const commitsMax = 1000;

class Store extends PlainStore {
  override hasConflict(transaction: PlainTransaction): boolean {
    return this.lastNumber - transaction.snapshot > commitsMax || super.hasConflict(transaction);
  }
}
