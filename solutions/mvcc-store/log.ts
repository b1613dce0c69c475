/**
 * The log of one life: a checkpoint, then the batches of its commits, one at a time.
 *
 *   7.log   ├ checkpoint ┼ batch ┼ batch ┤ …
 *           └ synced before the file got this name
 *
 * Guarantees:
 * - A file that is called `.log` has its whole checkpoint, and that was synced. While it is written it
 *   is called `.unfinished`, and is worth nothing.
 * - A batch is appended only when the one before it is safe. Whoever finds a whole batch therefore
 *   knows that everything before it had been synced.
 * - Only a file that this life has made is written to. What earlier lives left is read, and removed.
 */
import type { Buffer } from "node:buffer";
import type { Disk, DiskFile } from "#platform/disk.ts";
import { invariant } from "#platform/invariant.ts";
import { encodeBatch, encodeWrites } from "./batch.ts";

/** Bounds what is held in memory, as bytes, of a checkpoint that is written. */
const checkpointPieceWrites = 1024;

export function logPathOf(directory: string, number: number): string {
  return `${directory}/${number}.log`;
}

export class Log {
  readonly #file: DiskFile;
  #length = 0;
  /** True from the call of `append` until its batch is safe; after a failure for ever. */
  #isWriting = false;

  private constructor(file: DiskFile) {
    this.#file = file;
  }

  /** Begins a log, with a number that no file in the directory has had, that stands for all before it. */
  static async begin(
    disk: Disk,
    directory: string,
    number: number,
    entries: ReadonlyMap<string, unknown>,
  ): Promise<Log> {
    const unfinishedPath = `${directory}/${number}.unfinished`;
    const file = await disk.open(unfinishedPath, { create: true });
    try {
      const log = new Log(file);
      await log.#writeCheckpoint(entries);
      // The bytes before the name: a log that is found is whole. The name before the first answer: else
      // a power cut would find the log of the life before, without what this one has answered.
      await file.sync();
      await disk.rename(unfinishedPath, logPathOf(directory, number));
      await disk.syncDirectory(directory);
      return log;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async #writeCheckpoint(entries: ReadonlyMap<string, unknown>): Promise<void> {
    let piece = new Map<string, unknown>();
    for (const [key, value] of entries) {
      piece.set(key, value);
      if (piece.size < checkpointPieceWrites) continue;
      await this.#write(encodeBatch(this.#length, "checkpoint", [encodeWrites(piece)]));
      piece = new Map();
    }
    await this.#write(encodeBatch(this.#length, "end of checkpoint", [encodeWrites(piece)]));
  }

  /** Resolves when the bodies are safe, together. After a rejection this log must not be written to again. */
  async append(bodies: readonly Buffer[]): Promise<void> {
    invariant(!this.#isWriting, "a batch is written only after all batches before it are safe");
    this.#isWriting = true;
    await this.#write(encodeBatch(this.#length, "commits", bodies));
    // Called only now: a sync covers what had settled before its call and nothing else.
    await this.#file.sync();
    this.#isWriting = false;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#file.append(bytes);
    this.#length += bytes.length;
  }
}
