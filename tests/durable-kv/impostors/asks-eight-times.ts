/**
 * The reference on a disk that goes on reading until it has what it was asked for.
 *
 * Wrong: it asks at most eight times and takes the rest for zeros. A disk that reads a half each time is
 * done by then; one that reads a few bytes is not, and whole records turn into zeros.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/short-reads-are-finished",
  level: 4,
  misconception: "a read that was short is nearly done",
} as const;

const readsMax = 8;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new InsistentDisk(options.disk) });
}

class InsistentDisk extends PassOnDisk {
  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new InsistentFile(await this.disk.open(path, options));
  }
}

class InsistentFile extends PassOnFile {
  override async read(position: number, length: number): Promise<Uint8Array> {
    const size = await this.file.size();
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - position)));
    let filled = 0;
    for (let read = 0; read < readsMax && filled < bytes.length; read++) {
      const piece = await this.file.read(position + filled, bytes.length - filled);
      bytes.set(piece, filled);
      filled += piece.length;
    }
    return bytes;
  }
}
