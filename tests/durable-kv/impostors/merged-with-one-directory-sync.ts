/**
 * A file per batch of writes. Every third batch is followed by a snapshot that replaces the batches.
 *
 * Wrong: naming the snapshot and removing the batches share one directory sync. If names become durable
 * in order that is enough. If any one of them may be missing, the snapshot's name may be the one.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import type { Entry } from "./parts/batch-file.ts";
import { BatchFilesStore, openBatchFiles } from "./parts/batch-files-store.ts";

export const level = 4;
export const impostor = {
  promise: "durable-kv/directory-order-is-not-assumed",
  level: 4,
  misconception: "names become durable in the order in which they were made",
} as const;

const batchesMax = 3;

class SyncsNamesOnce extends BatchFilesStore {
  override async writeBatch(entries: readonly Entry[]): Promise<void> {
    await super.writeBatch(entries);
    if (this.newestBatch - this.newestSnapshot >= batchesMax) await this.takeSnapshot();
  }

  override async nameSnapshot(name: string, number: number): Promise<void> {
    await this.disk.rename(this.pathOf(name), this.pathOf(`${number}.snapshot`));
    this.newestSnapshot = number;
  }
}

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openBatchFiles(options, SyncsNamesOnce);
}
