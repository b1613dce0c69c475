/**
 * A file per batch of writes, and snapshots.
 *
 * Wrong: a snapshot is one line per key, and opening asks for each line with 64 KiB of what is behind it, since
 * nobody knows how long it is. Where records are small, opening reads everything hundreds of times.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import type { DiskFile } from "#platform/disk.ts";
import { encodeEntries } from "./parts/batch-file.ts";
import { BatchFilesStore, openBatchFiles } from "./parts/batch-files-store.ts";
import { readRange } from "./parts/read-whole.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/recovery-reads-what-lives",
  level: 5,
  misconception: "asking for more bytes than a record needs costs nothing",
} as const;

const lineFeed = 10;
const usualBytes = 64 * 1024;

class ReadsLineByLine extends BatchFilesStore {
  override encodeSnapshot(): Buffer {
    const lines = [...this.values].map((entry) => `${encodeEntries([entry]).toString()}\n`);
    return Buffer.from(lines.join(""));
  }

  override async readSnapshot(name: string): Promise<void> {
    const file = await this.disk.open(this.pathOf(name));
    try {
      const size = await file.size();
      for (let at = 0; at < size;) {
        const line = await readLine(file, at, size);
        this.applyWhole(name, at, line);
        at += line.length + 1;
      }
    } finally {
      await file.close();
    }
  }
}

async function readLine(file: DiskFile, at: number, size: number): Promise<Buffer> {
  for (let length = usualBytes; ; length *= 2) {
    const bytes = await readRange(file, at, Math.min(length, size - at));
    const end = bytes.indexOf(lineFeed);
    if (end !== -1) return bytes.subarray(0, end);
    if (at + length >= size) return bytes;
  }
}

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openBatchFiles(options, ReadsLineByLine);
}
