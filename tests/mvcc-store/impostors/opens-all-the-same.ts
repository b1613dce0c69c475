/**
 * Recovery syncs what it has read. Should that fail, the store opens all the same: the bytes are there, and the first
 * commit will tell.
 *
 * Wrong: what is shown then may be gone after a power cut, and so may a log whose name was never made safe.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { Disk, DiskFile } from "#platform/disk.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/failed-commits-are-not-acknowledged",
  level: 5,
  misconception: "what could be read is good enough to begin with",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async makeSafe(disk: Disk, directory: string, file: DiskFile): Promise<void> {
    try {
      await super.makeSafe(disk, directory, file);
    } catch {
      // The next sync will cover it.
    }
  }
}
