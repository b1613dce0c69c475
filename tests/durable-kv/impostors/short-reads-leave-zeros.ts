/**
 * The reference on a disk that always answers with as many bytes as were asked for.
 *
 * Wrong: it fills a buffer of that size and never looks at how many bytes came. What a short read leaves
 * out is zeros, which recovery takes for damage. On a disk that never reads short all of it is right.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/short-reads-are-finished",
  level: 4,
  misconception: "a read fills the buffer that it was given",
} as const;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new TrustingDisk(options.disk) });
}

class TrustingDisk extends PassOnDisk {
  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new TrustingFile(await this.disk.open(path, options));
  }
}

class TrustingFile extends PassOnFile {
  override async read(position: number, length: number): Promise<Uint8Array> {
    const size = await this.file.size();
    const bytes = new Uint8Array(Math.max(0, Math.min(length, size - position)));
    bytes.set(await this.file.read(position, length));
    return bytes;
  }
}
