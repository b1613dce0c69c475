/**
 * A commit goes through its writes: compare, install, next one. At the first conflict it stops.
 *
 * Wrong: what it has installed by then stays. The loser was told that nothing of it is left.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { errorOf, PlainStore, type PlainTransaction, type Writes } from "./parts/plain-store.ts";

export const level = 2;
export const impostor = {
  promise: "mvcc-store/losers-leave-no-trace",
  level: 2,
  misconception: "a loop that stops at the first conflict has done nothing wrong",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return new Store(options);
}

class Store extends PlainStore {
  override hasConflict(transaction: PlainTransaction): boolean {
    const done = new Map<string, unknown>();
    for (const [key, value] of transaction.writes) {
      if (this.newestNumberOf(key) > transaction.snapshot) {
        if (done.size > 0) this.publish(super.install(done));
        return true;
      }
      done.set(key, value);
    }
    return this.hasReadConflict(transaction);
  }

  override install(writes: Writes): number {
    if (writes.size === 0) throw errorOf("closed");
    return super.install(writes);
  }
}
