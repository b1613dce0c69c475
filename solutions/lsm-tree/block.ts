/**
 * A block: some four KiB of entries, the unit in which tables are read and checked.
 *
 *   block = checksum:4  isAscii:1  entriesLength:3  entry*  padding
 *
 * The checksum covers the block's place and everything behind the checksum. `isAscii` is 1 when all keys
 * and values are ASCII, so that their bytes are their texts. The padding makes the length a multiple of
 * four, which is how the checksum reads it.
 */
import { Buffer } from "node:buffer";
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

export const blockHeaderBytes = 8;
/** A block does not exceed this, unless a single entry does. */
export const blockBytesTarget = 4096;

/** The length of a block whose entries have so many bytes. */
export function blockBytes(entriesLength: number): number {
  return (blockHeaderBytes + entriesLength + 3) & ~3;
}

/** Writes header and padding around the entries that stand at `start + blockHeaderBytes`. */
export function sealBlock(
  bytes: Buffer,
  start: number,
  entriesLength: number,
  isAscii: boolean,
  seed: number,
): void {
  const end = start + blockBytes(entriesLength);
  bytes[start + 4] = isAscii ? 1 : 0;
  bytes.writeUIntBE(entriesLength, start + 5, 3);
  bytes.fill(0, start + blockHeaderBytes + entriesLength, end);
  bytes.writeUInt32BE(checksum(bytes, start + 4, end, seed), start);
}

/** Whether `bytes` holds from `start` to `end` the block that was written at this place of this file. */
export function isWholeBlock(
  bytes: Buffer,
  start: number,
  end: number,
  fileNumber: number,
  offset: number,
): boolean {
  return (
    bytes.readUInt32BE(start) === checksum(bytes, start + 4, end, placeSeed(fileNumber, offset))
  );
}

export function entriesLengthAt(bytes: Buffer, block: number): number {
  return bytes.readUIntBE(block + 5, 3);
}

export function isAsciiAt(bytes: Uint8Array, block: number): boolean {
  return bytes[block + 4] === 1;
}

/** The value of a key in a block, or undefined when the block does not hold the key. */
export function findInBlock(bytes: Buffer, block: number, key: string): Value | undefined {
  const end = block + blockHeaderBytes + entriesLengthAt(bytes, block);
  for (let entry = block + blockHeaderBytes; entry < end;) {
    const keyStart = entry + entryHeaderBytes;
    const keyLength = keyLengthAt(bytes, entry);
    const keyEnd = keyStart + keyLength;
    const valueLength = valueLengthAt(bytes, entry);
    if (keyLength === key.length && isKey(bytes, keyStart, key)) {
      if (valueLength === undefined) return tombstone;
      return bytes.toString("latin1", keyEnd, keyEnd + valueLength);
    }
    entry = keyEnd + (valueLength ?? 0);
  }
  return undefined;
}

/** From the end: neighbours mostly begin alike. */
function isKey(bytes: Uint8Array, start: number, key: string): boolean {
  for (let index = key.length - 1; index >= 0; index -= 1) {
    if (bytes[start + index] !== key.charCodeAt(index)) return false;
  }
  return true;
}

/** Entries of a memtable as one block. It lies in memory alone and has no place and no checksum. */
export function blockOf(
  keys: readonly string[],
  values: readonly Value[],
  isAscii: boolean,
): Buffer {
  let entriesLength = 0;
  keys.forEach((key, index) => {
    entriesLength += entryBytes(key, values[index] as Value);
  });
  const bytes = Buffer.allocUnsafe(blockBytes(entriesLength));
  bytes[4] = isAscii ? 1 : 0;
  bytes.writeUIntBE(entriesLength, 5, 3);
  let offset = blockHeaderBytes;
  keys.forEach((key, index) => {
    offset = writeEntry(bytes, offset, key, values[index] as Value);
  });
  return bytes;
}
