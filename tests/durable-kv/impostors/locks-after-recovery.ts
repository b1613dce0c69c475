/**
 * The reference, locking the directory when it is ready to write and not before.
 *
 * Wrong: recovery writes too. The second open does reject with LOCKED, after it has recovered a
 * directory that belongs to somebody else: it copied the last batch into a segment with the number that
 * the owner is going to use next, and removed a segment that the owner still needs.
 */
import type { DiskLock } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk } from "../../harness/on-disk/pass-on-disk.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/one-owner-at-a-time",
  level: 1,
  misconception: "a lock protects writers from each other, and opening only reads",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const store = await openReference({ ...options, disk: new LocklessDisk(disk) });
  return new LateLockedStore(store, await disk.lock(directory));
}

class LocklessDisk extends PassOnDisk {
  override async lock(): Promise<DiskLock> {
    return { release: () => Promise.resolve() };
  }
}

class LateLockedStore extends PassOnStore {
  readonly #lock: DiskLock;

  constructor(store: DurableKv, lock: DiskLock) {
    super(store);
    this.#lock = lock;
  }

  override async close(): Promise<void> {
    await this.store.close();
    await this.#lock.release();
  }
}
