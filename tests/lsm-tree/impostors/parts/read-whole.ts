/** All bytes of a file, however short the disk's answers are. */
import type { DiskFile } from "#platform/disk.ts";

export async function readWhole(file: DiskFile): Promise<Buffer> {
  return readRange(file, 0, await file.size());
}

/** Ends early only at the end of the file. */
export async function readRange(file: DiskFile, position: number, length: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let count = 0;
  while (count < length) {
    const piece = await file.read(position + count, length - count);
    if (piece.length === 0) break;
    pieces.push(piece);
    count += piece.length;
  }
  return Buffer.concat(pieces);
}
