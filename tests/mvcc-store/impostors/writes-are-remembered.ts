/**
 * What was committed when is remembered, for the validation of serializable transactions.
 *
 * Wrong: for ever. What no open transaction overlaps can be in nobody's way any more, and with each commit there is
 * more of it.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { PlainStore, type PlainTransaction, type Writes } from "./parts/plain-store.ts";

export const level = 4;
export const impostor = {
  promise: "mvcc-store/memory-follows-what-lives",
  level: 4,
  misconception: "a list of numbers and keys may grow",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  readonly #history: [number: number, writes: Writes][] = [];

  override install(writes: Writes): number {
    const number = super.install(writes);
    this.#history.push([number, writes]);
    return number;
  }

  override hasReadConflict(transaction: PlainTransaction): boolean {
    if (!transaction.isSerializable) return false;
    const later = this.#history.findLastIndex(([number]) => number <= transaction.snapshot) + 1;
    return this.#history
      .slice(later)
      .some(([, writes]) => [...writes.keys()].some((key) => transaction.hasRead(key)));
  }
}
