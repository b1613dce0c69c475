/**
 * A file per batch of writes, and snapshots.
 *
 * Wrong: the snapshot takes the number of the newest batch when it is finished, not when it began. The
 * batches written meanwhile are not in it, and are removed as if they were. Reads come from memory and
 * notice nothing until the store is opened again.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { BatchFilesStore, openBatchFiles } from "./parts/batch-files-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/compaction-changes-no-read",
  level: 5,
  misconception: "a snapshot is as new as the moment at which it is finished",
} as const;

class NumbersAtTheEnd extends BatchFilesStore {
  override async takeSnapshot(): Promise<void> {
    if (this.newestBatch > this.newestSnapshot) {
      await this.writeFile("snapshot.tmp", this.encodeSnapshot());
      await this.nameSnapshot("snapshot.tmp", this.newestBatch);
    }
    await this.removeUpTo(this.newestSnapshot);
  }
}

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openBatchFiles(options, NumbersAtTheEnd);
}
