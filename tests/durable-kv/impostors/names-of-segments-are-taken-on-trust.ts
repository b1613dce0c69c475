/**
 * The reference on a disk that lets a sync of the directory fail, provided one has succeeded before.
 *
 * Wrong: the sync that fails is the one that a new segment needs. What is written there is answered, and
 * gone when the power is cut: the segment has no name.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/compaction-survives-crashes",
  level: 5,
  misconception: "a directory that can be synced once can be synced",
} as const;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new TrustedDisk(options.disk) });
}

class TrustedDisk extends PassOnDisk {
  #hasSynced = false;

  override async syncDirectory(directory: string): Promise<void> {
    try {
      await this.disk.syncDirectory(directory);
      this.#hasSynced = true;
    } catch (error) {
      if (!this.#hasSynced) throw error;
    }
  }
}
