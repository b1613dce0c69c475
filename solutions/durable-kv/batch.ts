/**
 * The grammar of every file that the store writes.
 *
 *   file    = batch*
 *   batch   = checksum:4  bodyLength:4  safeSegment:4  safeLength:4  record*
 *   record  = keyLength:2  valueLength:4  key  value
 *
 * Numbers are unsigned and big-endian. A `valueLength` of 2³²−1 marks a delete, which has no value.
 *
 * A batch is what one append writes: the writes that share a sync, or a piece of a snapshot. Its
 * checksum covers where it stands (the file's number and the batch's offset, neither of them stored),
 * the rest of its header and its records. So a batch counts as a whole or not at all, and a copy of
 * it anywhere else, for instance inside somebody's value, is no batch.
 *
 * `safeSegment` and `safeLength` say how far the log was on the disk before this batch was written.
 * A batch that is not the first of its file always names itself: everything before me, in this file.
 */
import { Buffer } from "node:buffer";
import { invariant } from "#platform/invariant.ts";
import { textOf } from "./bytes.ts";
import { checksum } from "./checksum.ts";

export const batchHeaderBytes = 16;
const recordHeaderBytes = 6;
/** A batch does not exceed this, unless a single record does. Bounds what recovery reads in one piece. */
export const batchBytesMax = 8 * 1024 * 1024;
/** What four bytes can say about a place in a segment. */
export const segmentBytesLimit = 0xffffffff;
const deleted = 0xffffffff;

/** A write: `value` is undefined for a delete. Keys and values are strings of bytes, see bytes.ts. */
export interface LogRecord {
  readonly key: string;
  readonly value: string | undefined;
}

/** What is done with a record that is read: `value` is undefined for a delete. */
export type Visit = (key: string, value: string | undefined) => void;

/** A place in the log: byte `length` of the segment with this number. */
export interface Position {
  readonly segment: number;
  readonly length: number;
}

/** A batch that was found whole, and the buffer in which it was found. */
export interface Batch {
  readonly safe: Position;
  readonly bytes: Buffer;
  /** Where in `bytes` the records begin and end. */
  readonly bodyStart: number;
  readonly end: number;
}

export function recordBytes(record: LogRecord): number {
  return recordHeaderBytes + record.key.length + (record.value?.length ?? 0);
}

export function batchBytes(records: readonly LogRecord[]): number {
  let bytes = batchHeaderBytes;
  for (const record of records) bytes += recordBytes(record);
  return bytes;
}

/** The bytes of a batch that is going to stand at `here`. */
export function encodeBatch(
  here: Position,
  safe: Position,
  records: readonly LogRecord[],
): Uint8Array {
  const bytes = Buffer.allocUnsafe(batchBytes(records));
  bytes.writeUInt32BE(bytes.length - batchHeaderBytes, 4);
  bytes.writeUInt32BE(safe.segment, 8);
  bytes.writeUInt32BE(safe.length >>> 0, 12);
  let offset = batchHeaderBytes;
  for (const { key, value } of records) {
    bytes.writeUInt16BE(key.length, offset);
    bytes.writeUInt32BE(value === undefined ? deleted : value.length, offset + 2);
    offset += recordHeaderBytes;
    offset += bytes.write(key, offset, "latin1");
    if (value !== undefined) offset += bytes.write(value, offset, "latin1");
  }
  invariant(offset === bytes.length, "a batch is as long as its records");
  bytes.writeUInt32BE(checksum(bytes, 4, bytes.length, seedOf(here)), 0);
  return bytes;
}

/** The batch that begins at `start` of `bytes` and at `here` of its file, or undefined if none does. */
export function readBatch(bytes: Buffer, start: number, here: Position): Batch | undefined {
  const bodyStart = start + batchHeaderBytes;
  if (bodyStart > bytes.length) return undefined;
  // The length may be damaged: it is compared with what is there before anything relies on it.
  const end = bodyStart + bytes.readUInt32BE(start + 4);
  if (end > bytes.length) return undefined;
  if (bytes.readUInt32BE(start) !== checksum(bytes, start + 4, end, seedOf(here))) return undefined;
  const safe = { segment: bytes.readUInt32BE(start + 8), length: bytes.readUInt32BE(start + 12) };
  return { safe, bytes, bodyStart, end };
}

/**
 * Whether a whole batch begins anywhere in `bytes`, whose first byte stands at `here`. Any byte is
 * tried, because behind a damaged length nobody knows where the next batch begins. Such a batch names
 * its own place, which makes the eight bytes at its offset 8 a filter that nearly nothing passes.
 */
export function holdsBatch(bytes: Buffer, here: Position): boolean {
  for (let start = 0; start + batchHeaderBytes <= bytes.length; start += 1) {
    const length = here.length + start;
    if (bytes.readUInt32BE(start + 12) !== length >>> 0) continue;
    if (bytes.readUInt32BE(start + 8) !== here.segment) continue;
    if (readBatch(bytes, start, { segment: here.segment, length }) !== undefined) return true;
  }
  return false;
}

/** Hands the records of a whole batch to `visit`, in the order in which they were written. */
export function forEachRecord({ bytes, bodyStart, end }: Batch, visit: Visit): void {
  let offset = bodyStart;
  while (offset < end) {
    const keyStart = offset + recordHeaderBytes;
    const keyEnd = keyStart + bytes.readUInt16BE(offset);
    const valueLength = bytes.readUInt32BE(offset + 2);
    const key = textOf(bytes, keyStart, keyEnd);
    offset = valueLength === deleted ? keyEnd : keyEnd + valueLength;
    visit(key, valueLength === deleted ? undefined : textOf(bytes, keyEnd, offset));
  }
  invariant(offset === end, "a batch whose checksum fits ends with the end of a record");
}

/** Two places in one file, or one place in two files, never have the same seed. */
function seedOf(here: Position): number {
  return Math.imul(here.segment, 0x9e3779b1) ^ here.length;
}
