/**
 * The reference on a disk that puts every append together in one buffer, which saves making many.
 *
 * Wrong: the buffer is a module variable. One store waits for its append when another one fills the
 * buffer with its own, and a disk may take the bytes as late as it likes.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 2;
export const impostor = {
  promise: "durable-kv/only-the-disk-remembers",
  level: 1,
  misconception: "a buffer is free again when the next call begins",
} as const;

let buffer = new Uint8Array(65_536);

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new BufferedDisk(options.disk) });
}

class BufferedDisk extends PassOnDisk {
  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new BufferedFile(await this.disk.open(path, options));
  }
}

class BufferedFile extends PassOnFile {
  override append(bytes: Uint8Array): Promise<void> {
    if (buffer.length < bytes.length) buffer = new Uint8Array(bytes.length);
    buffer.set(bytes);
    return this.file.append(buffer.subarray(0, bytes.length));
  }
}
