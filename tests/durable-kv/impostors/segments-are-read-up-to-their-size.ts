/**
 * The reference with a buffer for recovery that takes any segment: what a segment may have, and one more
 * write of the largest size.
 *
 * Wrong: an earlier life may have been opened with larger segments. Of those the beginning is read, and
 * the rest is taken for a torn tail.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/compaction-changes-no-read",
  level: 5,
  misconception: "an option is what it has always been",
} as const;

const largestWriteBytes = 2 * 1_048_576;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { segmentBytesMax = 1_048_576 } = options;
  const disk = new BufferedDisk(options.disk, segmentBytesMax + largestWriteBytes);
  return openReference({ ...options, disk });
}

class BufferedDisk extends PassOnDisk {
  readonly #bufferBytes: number;

  constructor(disk: DurableKvOptions["disk"], bufferBytes: number) {
    super(disk);
    this.#bufferBytes = bufferBytes;
  }

  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    const file = await this.disk.open(path, options);
    return path.endsWith(".log") ? new BufferedFile(file, this.#bufferBytes) : file;
  }
}

class BufferedFile extends PassOnFile {
  readonly #bufferBytes: number;

  constructor(file: DiskFile, bufferBytes: number) {
    super(file);
    this.#bufferBytes = bufferBytes;
  }

  override async size(): Promise<number> {
    return Math.min(this.#bufferBytes, await this.file.size());
  }
}
