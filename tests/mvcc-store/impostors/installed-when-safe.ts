/**
 * Nothing that could still be lost is in the table: a commit is compared, written to the log, and installed when it
 * is safe.
 *
 * Wrong: while it waits, nobody is compared with it. The next one that writes the same key wins as well.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { Writes } from "./parts/plain-store.ts";
import { LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/conflicts-see-waiting-commits",
  level: 5,
  misconception: "only what is safe can be in anybody's way",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override install(writes: Writes): number {
    return this.log === undefined ? super.install(writes) : ++this.lastNumber;
  }

  override answer(batch: readonly WaitingCommit[]): void {
    for (const { number, writes } of batch) {
      for (const [key, value] of writes) this.addVersion(key, { number, value });
      this.recent.set(number, [...writes.keys()]);
    }
    super.answer(batch);
  }
}
