/**
 * What lies in the store's directory:
 *
 *   00000007.snapshot    every live record at some moment; stands for all files with lower numbers
 *   00000008.log         segments: what was written after that moment, oldest first
 *   00000009.log
 *   00000010.unfinished  a snapshot that is being written; worth nothing until it is renamed
 *
 * All numbers come from one counter, and within a life none is used twice. Every file is a sequence
 * of batches, see batch.ts.
 */
import { Buffer } from "node:buffer";
import type { Disk, DiskFile } from "#platform/disk.ts";
import { StorageError } from "#platform/errors.ts";
import { type Batch, batchBytesMax, forEachRecord, readBatch, type Visit } from "./batch.ts";

type FileKind = "log" | "snapshot" | "unfinished";

export interface StoreFile {
  readonly kind: FileKind;
  readonly number: number;
  readonly path: string;
}

/** Twice the largest batch that many records make, so that a piece nearly always holds several. */
const pieceBytesMax = 2 * batchBytesMax;

const fileName = /^(\d{8,10})\.(log|snapshot|unfinished)$/;

export function pathOf(directory: string, kind: FileKind, number: number): string {
  return `${directory}/${String(number).padStart(8, "0")}.${kind}`;
}

/** The store's files, oldest first. Anything else that lies in the directory is left alone. */
export async function listFiles(disk: Disk, directory: string): Promise<StoreFile[]> {
  const files: StoreFile[] = [];
  for (const name of await disk.list(directory)) {
    const [, digits, kind] = fileName.exec(name) ?? [];
    if (digits === undefined || kind === undefined) continue;
    files.push({ kind: kind as FileKind, number: Number(digits), path: `${directory}/${name}` });
  }
  return files.sort((left, right) => left.number - right.number);
}

/** Opens a file for reading and gives the handle back, whatever happens in between. */
export async function withFile<Answer>(
  disk: Disk,
  path: string,
  use: (file: DiskFile, size: number) => Promise<Answer>,
): Promise<Answer> {
  const file = await disk.open(path);
  try {
    return await use(file, await file.size());
  } finally {
    await file.close();
  }
}

/** The whole batches at the beginning of a file. */
export interface WholeBatches {
  /** Where the last of them ends: the size of the file, or where the damage begins. */
  readonly length: number;
  /** Undefined when there is none. */
  readonly first: Batch | undefined;
  readonly last: Batch | undefined;
}

/**
 * Hands the records of a file to `visit`, batch by batch, up to the first batch that is damaged. Reads
 * piece by piece: memory holds what lives and one piece, not the file.
 */
export async function readBatches(
  file: DiskFile,
  size: number,
  segment: number,
  visit: Visit,
): Promise<WholeBatches> {
  let length = 0;
  let first: Batch | undefined;
  let last: Batch | undefined;
  while (length < size) {
    const piece = await readFully(file, length, Math.min(pieceBytesMax, size - length));
    const isLastPiece = length + piece.length === size;
    let start = 0;
    for (;;) {
      const batch = readBatch(piece, start, { segment, length: length + start });
      if (batch === undefined) break;
      forEachRecord(batch, visit);
      first ??= batch;
      last = batch;
      start = batch.end;
    }
    length += start;
    // A piece that ends within a batch is followed by one that begins with it. Only a damaged batch
    // does not fit into a piece.
    if (start === 0 || isLastPiece) break;
  }
  return { length, first, last };
}

/** Reads exactly `length` bytes, however few of them the disk returns at a time. */
export async function readFully(file: DiskFile, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let count = 0;
  while (count < length) {
    const piece = await file.read(position + count, length - count);
    if (piece.length === 0)
      throw new StorageError(`Expected ${length} bytes at ${position}, got ${count}.`);
    bytes.set(piece, count);
    count += piece.length;
  }
  return bytes;
}
