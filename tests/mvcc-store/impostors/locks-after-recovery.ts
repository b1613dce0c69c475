/**
 * The reference, with a lock that is taken when recovery is done, since only a store that writes needs one.
 *
 * Wrong: recovery writes as well. The second open is refused, and has by then put a new log in the place of that
 * which the first one writes to.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { Disk, DiskLock } from "#platform/disk.ts";
import { openMvccStore as openReference } from "../../../solutions/mvcc-store/mvcc-store.ts";
import { PassOnDisk } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/one-owner-at-a-time",
  level: 5,
  misconception: "recovery only looks and harms nobody",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return options?.disk === undefined ? openReference(options) : openLate(options.disk, options);
}

class LateLockDisk extends PassOnDisk {
  #lock: DiskLock | undefined;

  #directory = "";

  override async lock(directory: string): Promise<DiskLock> {
    this.#directory = directory;
    return { release: async () => this.#lock?.release() };
  }

  async lockNow(): Promise<void> {
    this.#lock = await this.disk.lock(this.#directory);
  }
}

async function openLate(disk: Disk, options: MvccStoreOptions): Promise<MvccStore> {
  const late = new LateLockDisk(disk);
  const store = await openReference({ ...options, disk: late });
  try {
    await late.lockNow();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}
