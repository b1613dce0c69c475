/**
 * The reference on a disk that syncs the directory once, at the end of a compaction.
 *
 * Wrong: the old segments are removed while the snapshot's name is not durable yet. Names made durable
 * in order would save it; from level 4 on any single one may be missing.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/compaction-survives-crashes",
  level: 5,
  misconception: "one sync of the directory covers the whole compaction",
} as const;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new ThriftyDisk(options.disk) });
}

class ThriftyDisk extends PassOnDisk {
  #hasRenamed = false;

  override async rename(from: string, to: string): Promise<void> {
    await this.disk.rename(from, to);
    this.#hasRenamed = true;
  }

  override async syncDirectory(directory: string): Promise<void> {
    const isForTheRename = this.#hasRenamed;
    this.#hasRenamed = false;
    if (!isForTheRename) await this.disk.syncDirectory(directory);
  }
}
