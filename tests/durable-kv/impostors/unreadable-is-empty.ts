/**
 * The reference on a disk that answers a failed read with no bytes.
 *
 * Wrong: a segment that could not be read for a moment is taken for an empty one, and the store opens
 * without it. What it shows then is final. Rejecting the open would have lost nothing.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/recovery-survives-crashes",
  level: 4,
  misconception: "what cannot be read is not there",
} as const;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new SoothingDisk(options.disk) });
}

class SoothingDisk extends PassOnDisk {
  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new SoothingFile(await this.disk.open(path, options));
  }
}

class SoothingFile extends PassOnFile {
  override size(): Promise<number> {
    return this.file.size().catch(() => 0);
  }
}
