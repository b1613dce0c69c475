/**
 * The reference on a disk that tries a failed sync once more.
 *
 * Wrong: the second sync succeeds and says nothing about the bytes of the first. The pages count as
 * clean, nobody writes them again, and the put is answered for bytes that are gone after the power cut.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/failed-writes-are-not-acknowledged",
  level: 4,
  misconception: "a sync that fails can be repeated like any other call",
} as const;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new PersistentDisk(options.disk) });
}

class PersistentDisk extends PassOnDisk {
  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new PersistentFile(await this.disk.open(path, options));
  }
}

class PersistentFile extends PassOnFile {
  override sync(): Promise<void> {
    return this.file.sync().catch(() => this.file.sync());
  }
}
