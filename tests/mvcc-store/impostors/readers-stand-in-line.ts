/**
 * Every commit is put in the queue, so that answers come in the order of the calls.
 *
 * Wrong: one that has written nothing waits for the syncs of others, although nothing of it has to be made safe.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { PlainTransaction } from "./parts/plain-store.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/no-commit-is-forgotten",
  level: 5,
  misconception: "answers must come in the order of the calls",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async commit(transaction: PlainTransaction): Promise<void> {
    await super.commit(transaction);
    if (transaction.writes.size === 0) await this.writing;
  }
}
