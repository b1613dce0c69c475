/**
 * Commits reach the disk one after the other, each with an append and a sync.
 *
 * Wrong: those that wait could share one. Two hundred and fifty-six of them wait for as many syncs.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/commits-share-a-sync",
  level: 5,
  misconception: "each commit needs a sync of its own to be safe",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override takeBatch(): WaitingCommit[] {
    return this.queue.splice(0, 1);
  }
}
