/**
 * Commits that wait share a sync, up to sixteen of them, so that nobody waits for a large one.
 *
 * Wrong: when many come together, most of them wait for the syncs of others.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/commits-share-a-sync",
  level: 5,
  misconception: "small batches are answered sooner",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override takeBatch(): WaitingCommit[] {
    return this.queue.splice(0, 16);
  }
}
