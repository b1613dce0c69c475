/**
 * The log of one memtable: what makes a write safe before its table exists.
 *
 *   log   = batch*
 *   batch = checksum:4  position:4  length:4  entry*
 *
 * A batch is what one append writes: all writes that share a sync. It counts as a whole or not at all.
 * The checksum covers the number of the file, the position of the batch and everything behind it.
 *
 * Guarantees:
 * - A batch is appended only after the sync of the batch before it. So a whole batch proves that
 *   everything before it had been safe: damage in front of one is rot, damage behind the last is a write
 *   that a crash cut off.
 * - Nothing is appended to a log that an earlier life left.
 */
import { Buffer } from "node:buffer";
import type { Disk, DiskFile } from "#platform/disk.ts";
import { CorruptionError } from "#platform/errors.ts";
import { checksum, placeSeed } from "./checksum.ts";
import {
  entryBytes,
  entryHeaderBytes,
  keyLengthAt,
  tombstone,
  type Value,
  valueLengthAt,
  writeEntry,
} from "./entry.ts";
import { pathOf, readFile, type TreeFile } from "./files.ts";

const batchHeaderBytes = 12;

/** Strings of bytes, see text.ts. */
export interface LogEntry {
  readonly key: string;
  readonly value: Value;
}

export class Log {
  readonly number: number;
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #file: DiskFile;
  #length = 0;

  private constructor(disk: Disk, directory: string, number: number, file: DiskFile) {
    this.#disk = disk;
    this.#directory = directory;
    this.number = number;
    this.#file = file;
  }

  static async create(disk: Disk, directory: string, number: number): Promise<Log> {
    const file = await disk.open(pathOf(directory, "log", number), { create: true });
    return new Log(disk, directory, number, file);
  }

  get length(): number {
    return this.#length;
  }

  /** Resolves when the entries are safe. After a rejection this log must not be written to again. */
  async append(entries: readonly LogEntry[]): Promise<void> {
    const bytes = encodeBatch(this.number, this.#length, entries);
    await this.#file.append(bytes);
    // The sync is called only now: it covers what has settled before the call and nothing else.
    await this.#file.sync();
    // The first batch is not safe before its file has a name that survives.
    if (this.#length === 0) await this.#disk.syncDirectory(this.#directory);
    this.#length += bytes.length;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

export function encodeBatch(
  number: number,
  position: number,
  entries: readonly LogEntry[],
): Buffer {
  let length = 0;
  for (const { key, value } of entries) length += entryBytes(key, value);
  const bytes = Buffer.allocUnsafe(batchHeaderBytes + length);
  bytes.writeUInt32BE(position, 4);
  bytes.writeUInt32BE(length, 8);
  let offset = batchHeaderBytes;
  for (const { key, value } of entries) offset = writeEntry(bytes, offset, key, value);
  const seed = placeSeed(number, position);
  bytes.writeUInt32BE(checksum(bytes, 4, bytes.length, seed), 0);
  return bytes;
}

/** How much of a log is whole. */
export interface WholeBatches {
  readonly batches: number;
  /** Where the last of them ends; behind it is what a crash cut off. */
  readonly end: number;
  readonly size: number;
}

/**
 * Hands the entries of a log to `visit`, batch by batch, up to the end or to what a crash cut off.
 * Rejects when the damage is followed by a whole batch.
 */
export async function readLog(
  disk: Disk,
  { path, number }: Pick<TreeFile, "path" | "number">,
  visit: (key: string, value: Value) => void,
): Promise<WholeBatches> {
  const bytes = await readFile(disk, path);
  let batches = 0;
  let position = 0;
  for (let end = batchEnd(bytes, position, number); end !== undefined;) {
    for (let entry = position + batchHeaderBytes; entry < end;) {
      const keyStart = entry + entryHeaderBytes;
      const keyEnd = keyStart + keyLengthAt(bytes, entry);
      const valueLength = valueLengthAt(bytes, entry);
      entry = keyEnd + (valueLength ?? 0);
      const value = valueLength === undefined ? tombstone : bytes.toString("latin1", keyEnd, entry);
      visit(bytes.toString("latin1", keyStart, keyEnd), value);
    }
    batches += 1;
    position = end;
    end = batchEnd(bytes, position, number);
  }
  // Behind a damaged length nobody knows where the next batch begins, so every byte is tried. Few pass:
  // a batch names its own position.
  for (let later = position + 1; later < bytes.length; later += 1) {
    if (batchEnd(bytes, later, number) !== undefined) {
      throw new CorruptionError(path, position, "a later batch vouches for it");
    }
  }
  return { batches, end: position, size: bytes.length };
}

/** Where the whole batch at `position` ends; undefined when there is none. */
function batchEnd(bytes: Buffer, position: number, number: number): number | undefined {
  if (position + batchHeaderBytes > bytes.length) return undefined;
  if (bytes.readUInt32BE(position + 4) !== position) return undefined;
  // The length may be damaged: it is compared with what is there before anything relies on it.
  const end = position + batchHeaderBytes + bytes.readUInt32BE(position + 8);
  if (end > bytes.length) return undefined;
  const found = checksum(bytes, position + 4, end, placeSeed(number, position));
  return bytes.readUInt32BE(position) === found ? end : undefined;
}
