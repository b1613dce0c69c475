/**
 * What lies in the tree's directory:
 *
 *   00000007.log          the writes of one memtable; gone when its table is in the manifest
 *   00000008.table        sorted and immutable; counts only when the manifest lists it
 *   00000009.manifest     which tables there are; the one with the highest number counts
 *   00000010.unfinished   a manifest that is being written; worth nothing until it is renamed
 *
 * All numbers come from one counter, and within a life none is used twice.
 */
import { Buffer } from "node:buffer";
import type { Disk, DiskFile } from "#platform/disk.ts";
import { StorageError } from "#platform/errors.ts";

export type FileKind = "log" | "table" | "manifest" | "unfinished";

export interface TreeFile {
  readonly kind: FileKind;
  readonly number: number;
  readonly path: string;
}

const fileName = /^(\d{8,10})\.(log|table|manifest|unfinished)$/;

export function pathOf(directory: string, kind: FileKind, number: number): string {
  return `${directory}/${String(number).padStart(8, "0")}.${kind}`;
}

/** The tree's files, oldest first. Anything else that lies in the directory is left alone. */
export async function listFiles(disk: Disk, directory: string): Promise<TreeFile[]> {
  const files: TreeFile[] = [];
  for (const name of await disk.list(directory)) {
    const [, digits, kind] = fileName.exec(name) ?? [];
    if (digits === undefined || kind === undefined) continue;
    files.push({ kind: kind as FileKind, number: Number(digits), path: `${directory}/${name}` });
  }
  return files.sort((left, right) => left.number - right.number);
}

/** Reads a whole file. */
export async function readFile(disk: Disk, path: string): Promise<Buffer> {
  const file = await disk.open(path);
  try {
    return await readFully(file, 0, await file.size());
  } finally {
    await file.close();
  }
}

/** Reads exactly `length` bytes, however few of them the disk returns at a time. */
export async function readFully(file: DiskFile, position: number, length: number): Promise<Buffer> {
  const first = await file.read(position, length);
  if (first.length === length) return Buffer.from(first.buffer, first.byteOffset, length);
  const bytes = Buffer.allocUnsafeSlow(length);
  bytes.set(first);
  let count = first.length;
  while (count < length) {
    const piece = await file.read(position + count, length - count);
    if (piece.length === 0)
      throw new StorageError(`Expected ${length} bytes at ${position}, got ${count}.`);
    bytes.set(piece, count);
    count += piece.length;
  }
  return bytes;
}
