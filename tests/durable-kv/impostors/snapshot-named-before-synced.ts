/**
 * The reference on a disk that names a snapshot first and syncs it then.
 *
 * Wrong: for a moment the snapshot has its name and not its bytes. A power cut that keeps the one and
 * loses the other leaves a snapshot of zeros, and recovery believes in names.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/compaction-survives-crashes",
  level: 5,
  misconception: "a rename makes the file behind it durable",
} as const;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new RenamingDisk(options.disk) });
}

class RenamingDisk extends PassOnDisk {
  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    const file = await this.disk.open(path, options);
    return path.endsWith(".unfinished") ? new UnsyncedFile(file) : file;
  }

  override async rename(from: string, to: string): Promise<void> {
    await this.disk.rename(from, to);
    const file = await this.disk.open(to);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

class UnsyncedFile extends PassOnFile {
  override sync(): Promise<void> {
    return Promise.resolve();
  }
}
