/**
 * The reference with a remedy against locks that a crash has left behind.
 *
 * Wrong: a directory that is locked is opened nevertheless. The disk frees the locks of the dead by
 * itself, so that the only owner who can be in the way is alive.
 */
import type { DiskLock } from "#platform/disk.ts";
import { errorCode } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/one-owner-at-a-time",
  level: 1,
  misconception: "a lock that is in the way was left behind by a crash",
} as const;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new LockBreakingDisk(options.disk) });
}

class LockBreakingDisk extends PassOnDisk {
  override async lock(directory: string): Promise<DiskLock> {
    try {
      return await this.disk.lock(directory);
    } catch (error) {
      if (errorCode(error) !== "LOCKED") throw error;
      return { release: () => Promise.resolve() };
    }
  }
}
