/**
 * The reference on a disk that repeats an append that failed.
 *
 * Wrong: an append that finds the disk full may have written a beginning. The second attempt stands
 * behind that fragment, and so does everything acknowledged after it; recovery stops at the fragment.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/failed-writes-are-not-acknowledged",
  level: 4,
  misconception: "an append that rejects has written nothing",
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
  override append(bytes: Uint8Array): Promise<void> {
    return this.file.append(bytes).catch(() => this.file.append(bytes));
  }
}
