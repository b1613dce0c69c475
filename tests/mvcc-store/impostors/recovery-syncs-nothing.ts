/**
 * Opening reads the log, cuts off what is torn, and makes sure of the name.
 *
 * Wrong: what it has read may never have been synced, for the life that wrote it was killed. It is shown, and the next
 * power cut takes it back.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { Disk, DiskFile } from "#platform/disk.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/recovery-is-final",
  level: 5,
  misconception: "what can be read from a disk is on it",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async makeSafe(disk: Disk, directory: string, _file: DiskFile): Promise<void> {
    await disk.syncDirectory(directory);
  }
}
