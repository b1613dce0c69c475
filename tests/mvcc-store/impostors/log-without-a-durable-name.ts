/**
 * What is in the log is synced before a commit is answered, and again when the log is opened.
 *
 * Wrong: its name never is. After a power cut the bytes are safe in a file that nobody finds.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { Disk, DiskFile } from "#platform/disk.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/commits-survive-whole",
  level: 5,
  misconception: "who syncs a file has made it safe",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async makeSafe(_disk: Disk, _directory: string, file: DiskFile): Promise<void> {
    await file.sync();
  }
}
