/**
 * A file per batch of writes. Every life begins with a snapshot, and takes another whenever there are many batches,
 * while writes go on. A new snapshot is the only one that counts: all others are removed.
 *
 * Wrong: close waits for the calls that were made, and nobody called for this snapshot. It goes on when the
 * directory belongs to somebody else, and removes the snapshot that the next owner has just written.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import type { Entry } from "./parts/batch-file.ts";
import { BatchFilesStore, openBatchFiles } from "./parts/batch-files-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/compaction-survives-crashes",
  level: 5,
  misconception: "what nobody has called for nobody waits for",
} as const;

const batchesMax = 4;

class MergesByItself extends BatchFilesStore {
  merging: Promise<void> | undefined;

  override async recover(): Promise<void> {
    await super.recover();
    await this.takeSnapshot();
  }

  override async writeBatch(entries: readonly Entry[]): Promise<void> {
    await super.writeBatch(entries);
    if (this.newestBatch - this.newestSnapshot < batchesMax) return;
    this.merging ??= this.merge().finally(() => {
      this.merging = undefined;
    });
  }

  async merge(): Promise<void> {
    await Promise.allSettled([this.compacting]);
    try {
      await this.takeSnapshot();
    } catch (error) {
      this.failure ??= error;
    }
  }

  override async compact(): Promise<void> {
    this.begin();
    await this.merging;
    await super.compact();
  }

  override async takeSnapshot(): Promise<void> {
    const number = this.newestBatch;
    if (number > this.newestSnapshot) {
      await this.writeFile(`${number}.unfinished`, this.encodeSnapshot());
      await this.nameSnapshot(`${number}.unfinished`, number);
    }
    await this.removeUpTo(number);
  }

  override async removeUpTo(snapshot: number): Promise<void> {
    for (const name of await this.disk.list(this.directory)) {
      const isOther = /[.](snapshot|unfinished)$/.test(name) && name !== `${snapshot}.snapshot`;
      if (isOther) await this.disk.remove(this.pathOf(name));
    }
    await super.removeUpTo(snapshot);
  }
}

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openBatchFiles(options, MergesByItself);
}
