/**
 * An entry: a key with its value, or with the tombstone that says that it was deleted.
 *
 *   entry = keyLength:2  valueLength:4  key  value
 *
 * Numbers are unsigned and big-endian. A `valueLength` of 2³²−1 marks a tombstone, which has no value.
 * The log, memtables that are read and tables all hold entries in this form, so that they move from one
 * to the next as bytes.
 */
import { Buffer } from "node:buffer";

export const entryHeaderBytes = 6;
const deleted = 0xffffffff;

/** What stands in the place of a value that was deleted. It stops a search as a value does. */
export const tombstone = Symbol("tombstone");

/** Strings of bytes, see text.ts. */
export type Value = string | typeof tombstone;

export function entryBytes(key: string, value: Value): number {
  return entryHeaderBytes + key.length + (value === tombstone ? 0 : value.length);
}

/** Writes an entry at `offset` and answers where it ends. */
export function writeEntry(bytes: Buffer, offset: number, key: string, value: Value): number {
  bytes.writeUInt16BE(key.length, offset);
  bytes.writeUInt32BE(value === tombstone ? deleted : value.length, offset + 2);
  const keyEnd = offset + entryHeaderBytes + bytes.write(key, offset + entryHeaderBytes, "latin1");
  return value === tombstone ? keyEnd : keyEnd + bytes.write(value, keyEnd, "latin1");
}

/** The bytes of a string of bytes. */
export function bufferOf(byteString: string): Buffer {
  return Buffer.from(byteString, "latin1");
}

export function keyLengthAt(bytes: Uint8Array, entry: number): number {
  return ((bytes[entry] as number) << 8) | (bytes[entry + 1] as number);
}

/** The length of the value, or undefined for a tombstone. */
export function valueLengthAt(bytes: Uint8Array, entry: number): number | undefined {
  const length =
    (((bytes[entry + 2] as number) << 24) |
      ((bytes[entry + 3] as number) << 16) |
      ((bytes[entry + 4] as number) << 8) |
      (bytes[entry + 5] as number)) >>>
    0;
  return length === deleted ? undefined : length;
}

/** Below 0, 0 or above 0, as the first key comes before the second, is the same, or comes after it. */
export function compareBytes(
  left: Uint8Array,
  leftStart: number,
  leftEnd: number,
  right: Uint8Array,
  rightStart: number,
  rightEnd: number,
): number {
  const end = leftStart + Math.min(leftEnd - leftStart, rightEnd - rightStart);
  for (let index = leftStart, other = rightStart; index < end; index += 1, other += 1) {
    const difference = (left[index] as number) - (right[other] as number);
    if (difference !== 0) return difference;
  }
  return leftEnd - leftStart - (rightEnd - rightStart);
}
