/**
 * The reference on a disk that reads a snapshot up to its fourth mebibyte, which is more than it will need.
 *
 * Wrong: the snapshot of a larger store is written whole and read in part, and its end is missing.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/compaction-changes-no-read",
  level: 5,
  misconception: "what lives is small",
} as const;

const snapshotBytesMax = 4 * 1_048_576;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new SmallDisk(options.disk) });
}

class SmallDisk extends PassOnDisk {
  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    const file = await this.disk.open(path, options);
    return path.endsWith(".snapshot") ? new SmallFile(file) : file;
  }
}

class SmallFile extends PassOnFile {
  override async size(): Promise<number> {
    return Math.min(snapshotBytesMax, await this.file.size());
  }
}
