/**
 * The reference on a disk that reads block by block and keeps positions in three bytes.
 *
 * Wrong: with a large segmentBytesMax one does. What lies behind its sixteenth mebibyte is read from its
 * beginning.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/compaction-changes-no-read",
  level: 5,
  misconception: "sixteen mebibytes are enough for a file",
} as const;

const positionMax = 0xffffff;
const blockBytes = 65_536;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new ShortDisk(options.disk) });
}

class ShortDisk extends PassOnDisk {
  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new ShortFile(await this.disk.open(path, options));
  }
}

class ShortFile extends PassOnFile {
  override read(position: number, length: number): Promise<Uint8Array> {
    return this.file.read(position & positionMax, Math.min(blockBytes, length));
  }
}
