/**
 * Recovery: from what a directory holds to the entries of a store and a log that can be written to.
 *
 *   newest log     its checkpoint and every batch up to the first damage
 *   ─ is refused   if the log itself proves that the damaged bytes had been synced
 *   + a new log    whose checkpoint is all of that; only then is the old one removed
 *
 * Torn or rotten? A batch is written only when everything before it is safe. Therefore damage is rot if a
 * whole batch follows it, or if it is in the checkpoint; all other damage is the last, unsynced batch.
 *
 * Why is everything written anew? The last batch may never have been synced, or its sync may have failed:
 * then it can be read now and be lost later, and no further sync of that file will help. What recovery
 * shows must be final, so it makes a copy of it safe first. That the log of earlier lives goes, with all
 * it holds of overwritten values, comes for free.
 */
import { Buffer } from "node:buffer";
import type { Disk, DiskFile } from "#platform/disk.ts";
import { CorruptionError, StorageError } from "#platform/errors.ts";
import {
  batchHeaderBytes,
  endOfBatch,
  forEachWrite,
  holdsBatch,
  readBatch,
  type Visit,
} from "./batch.ts";
import { Log, logPathOf } from "./log.ts";

export interface Recovered {
  readonly entries: ReadonlyMap<string, unknown>;
  readonly log: Log;
}

const pieceBytes = 4 * 1024 * 1024;

const fileName = /^(\d+)\.(log|unfinished)$/;

export async function recover(disk: Disk, directory: string): Promise<Recovered> {
  const entries = new Map<string, unknown>();
  const files = await listFiles(disk, directory);
  const newest = Math.max(0, ...files.filter(({ isLog }) => isLog).map(({ number }) => number));
  if (newest > 0) {
    await replay(disk, logPathOf(directory, newest), (key, value) => {
      if (value === undefined) entries.delete(key);
      else entries.set(key, value);
    });
  }

  const nextNumber = Math.max(0, ...files.map(({ number }) => number)) + 1;
  // First what was never finished: on a disk that is nearly full, open after open would leave more of it.
  await removeAll(disk, directory, files, { areLogs: false });
  const log = await Log.begin(disk, directory, nextNumber, entries);
  try {
    // Should a crash bring one of them back, it is not the newest, and the next recovery removes it again.
    await removeAll(disk, directory, files, { areLogs: true });
  } catch (error) {
    await log.close();
    throw error;
  }
  return { entries, log };
}

async function removeAll(
  disk: Disk,
  directory: string,
  files: readonly LogFile[],
  { areLogs }: { areLogs: boolean },
): Promise<void> {
  for (const { name, isLog } of files) {
    if (isLog === areLogs) await disk.remove(`${directory}/${name}`);
  }
}

interface LogFile {
  readonly name: string;
  readonly number: number;
  readonly isLog: boolean;
}

/** The store's files. Anything else that lies in the directory is left alone. */
async function listFiles(disk: Disk, directory: string): Promise<LogFile[]> {
  const files: LogFile[] = [];
  for (const name of await disk.list(directory)) {
    const [, digits, kind] = fileName.exec(name) ?? [];
    if (digits !== undefined) files.push({ name, number: Number(digits), isLog: kind === "log" });
  }
  return files;
}

/** Hands the writes of a log to `visit`, or rejects when it lacks something that had been synced. */
async function replay(disk: Disk, path: string, visit: Visit): Promise<void> {
  const file = await disk.open(path);
  try {
    const size = await file.size();
    const { length, hasCheckpoint } = await replayBatches(file, size, visit);
    if (!hasCheckpoint) throw new CorruptionError(path, length, "its checkpoint is not whole");
    if (length === size) return;
    if (holdsBatch(await readFully(file, length, size - length), length)) {
      throw new CorruptionError(path, length, "a later batch vouches for it");
    }
  } finally {
    await file.close();
  }
}

/** Reads piece by piece: memory holds what lives and one piece, not the file. */
async function replayBatches(
  file: DiskFile,
  size: number,
  visit: Visit,
): Promise<{ length: number; hasCheckpoint: boolean }> {
  let length = 0;
  let hasCheckpoint = false;
  let wanted = pieceBytes;
  while (length < size) {
    const piece = await readFully(file, length, Math.min(wanted, size - length));
    let start = 0;
    for (;;) {
      const batch = readBatch(piece, start, length + start);
      if (batch === undefined) break;
      forEachWrite(batch, visit);
      hasCheckpoint ||= batch.kind === "end of checkpoint";
      start = batch.end;
    }
    const hasMore = length + piece.length < size;
    // What is left of the piece is the beginning of a batch, or damage: then it does not get longer.
    const end = endOfBatch(piece, start) ?? start + batchHeaderBytes;
    length += start;
    if (start === 0 && (!hasMore || end <= piece.length)) break;
    wanted = Math.max(pieceBytes, end - start);
  }
  return { length, hasCheckpoint };
}

/** Reads exactly `length` bytes, however few of them the disk returns at a time. */
async function readFully(file: DiskFile, position: number, length: number): Promise<Buffer> {
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
