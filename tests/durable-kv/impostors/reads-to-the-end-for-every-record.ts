/**
 * A file per batch of writes, and snapshots.
 *
 * Wrong: a snapshot is one line per key, and opening asks for each line with everything behind it, since
 * nobody knows how long it is. Opening reads the square of what lives.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
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
        const rest = await readRange(file, at, size - at);
        const end = rest.indexOf(lineFeed);
        const line = end === -1 ? rest : rest.subarray(0, end);
        this.applyWhole(name, at, line);
        at += line.length + 1;
      }
    } finally {
      await file.close();
    }
  }
}

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openBatchFiles(options, ReadsLineByLine);
}
