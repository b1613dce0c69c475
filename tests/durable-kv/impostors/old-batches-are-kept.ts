/**
 * A file per batch of writes, and snapshots.
 *
 * Wrong: opening skips the batches that a snapshot covers, and nobody removes them. Every answer is
 * right and every open is fast; only the disk fills up.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { BatchFilesStore, openBatchFiles } from "./parts/batch-files-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/space-is-bounded",
  level: 5,
  misconception: "a file that is never read again costs nothing",
} as const;

class KeepsOldBatches extends BatchFilesStore {
  override async removeUpTo(): Promise<void> {
    // What nobody reads may stay.
  }
}

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openBatchFiles(options, KeepsOldBatches);
}
