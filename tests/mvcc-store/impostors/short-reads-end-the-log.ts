/**
 * Opening asks for the whole log and takes what it gets.
 *
 * Wrong: a read may return less than it was asked for. What is behind is taken for absent, and cut off.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { Buffer } from "node:buffer";
import type { Disk, DiskFile } from "#platform/disk.ts";
import { LogStore, openLogStore } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/failed-commits-are-not-acknowledged",
  level: 5,
  misconception: "a read returns what it was asked for",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

class Store extends LogStore {
  override async recover(disk: Disk, directory: string): Promise<DiskFile> {
    const path = this.logPath(directory);
    const file = await disk.open(path, { create: true });
    try {
      const bytes = Buffer.from(await file.read(0, await file.size()));
      const length = this.replay(path, bytes);
      await file.truncate(length);
      await this.makeSafe(disk, directory, file);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }
}
