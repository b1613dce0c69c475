/**
 * Whoever closes needs the directory no more: the lock is given back first, then the last commits are written.
 *
 * Wrong: they are written into a log that somebody else may have opened meanwhile. Whoever opens it then shows a
 * store without them, and writes where they are about to be written.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/one-owner-at-a-time",
  level: 5,
  misconception: "a store that has been closed holds nothing any more",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async shutDown(): Promise<void> {
    await this.log?.lock.release();
    await super.shutDown();
  }
}
