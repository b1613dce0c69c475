/**
 * A lock that is held is left over from a process that has died: the store opens without it.
 *
 * Wrong: it is held by somebody who is still there. Both write to one log, and neither knows what the other has
 * committed.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { Disk, DiskLock } from "#platform/disk.ts";
import { errorCode } from "#platform/errors.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/one-owner-at-a-time",
  level: 5,
  misconception: "a lock that is held was forgotten by somebody",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async takeLock(disk: Disk, directory: string): Promise<DiskLock> {
    try {
      return await disk.lock(directory);
    } catch (error) {
      if (errorCode(error) !== "LOCKED") throw error;
      return { release: async () => undefined };
    }
  }
}
