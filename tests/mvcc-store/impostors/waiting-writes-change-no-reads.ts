/**
 * A commit that waits for the disk has won its keys: whoever writes one of them is refused.
 *
 * Wrong: what others have read is compared with commits that are safe. Two serializable transactions, one of which
 * waits, have each read what the other writes.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { PlainTransaction } from "./parts/plain-store.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/conflicts-see-waiting-commits",
  level: 5,
  misconception: "a read can only be outdated by what could be read",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override hasReadConflict(transaction: PlainTransaction): boolean {
    if (!transaction.isSerializable) return false;
    return [...this.recent].some(
      ([number, keys]) =>
        number > transaction.snapshot &&
        number <= this.visibleNumber &&
        keys.some((key) => transaction.hasRead(key)),
    );
  }
}
