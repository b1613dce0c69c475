/**
 * The grammar of the log.
 *
 *   log    = checkpoint batch*
 *   batch  = checksum:4  bodyLength:4  position:6  kind:2  write*
 *   write  = keyLength:2  valueLength:4  key  value
 *
 * Numbers are unsigned and big-endian; keys are UTF-8, values as `values.ts` encodes them. A `valueLength` of
 * 2³²−1 marks a delete, which has no value. A checkpoint is one or more batches, the last of which says so.
 *
 * A batch is what one append writes: the transactions that share a sync. It counts as a whole or not at all,
 * so no transaction is ever found in part, and their bounds within it need no mark: replaying the writes in
 * order gives what replaying the transactions would. `position` says where in its file a batch begins, which makes a copy
 * of it anywhere else, for instance inside somebody's value, no batch.
 */
import { Buffer } from "node:buffer";
import { invariant } from "#platform/invariant.ts";
import { checksum } from "./checksum.ts";
import { decodeValue, encodeValue } from "./values.ts";
import type { Writes } from "./version-table.ts";

export const batchHeaderBytes = 16;
const writeHeaderBytes = 6;
const deleted = 0xffffffff;

export type BatchKind = "checkpoint" | "end of checkpoint" | "commits";
const kinds: readonly BatchKind[] = ["checkpoint", "end of checkpoint", "commits"];

/** A batch that was found whole, and the buffer in which it was found. */
export interface Batch {
  readonly kind: BatchKind;
  readonly bytes: Buffer;
  /** Where in `bytes` the writes begin and end. */
  readonly bodyStart: number;
  readonly end: number;
}

/** What is done with a write that is read: `value` is undefined for a delete. */
export type Visit = (key: string, value: unknown) => void;

export function encodeWrites(writes: Writes): Buffer {
  const pieces: Buffer[] = [];
  for (const [key, value] of writes) {
    const keyBytes = Buffer.from(key);
    const valueBytes = value === undefined ? undefined : encodeValue(value);
    const header = Buffer.allocUnsafe(writeHeaderBytes);
    header.writeUInt16BE(keyBytes.length, 0);
    header.writeUInt32BE(valueBytes?.length ?? deleted, 2);
    pieces.push(header, keyBytes);
    if (valueBytes !== undefined) pieces.push(valueBytes);
  }
  return Buffer.concat(pieces);
}

/** A batch of bodies, each as `encodeWrites` makes it, that will begin at `position` of its file. */
export function encodeBatch(position: number, kind: BatchKind, bodies: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(batchHeaderBytes), ...bodies]);
  bytes.writeUInt32BE(bytes.length - batchHeaderBytes, 4);
  bytes.writeUIntBE(position, 8, 6);
  bytes.writeUInt16BE(kinds.indexOf(kind), 14);
  bytes.writeUInt32BE(checksum(bytes, 4, bytes.length), 0);
  return bytes;
}

/** The batch that begins at `start` of `bytes` and at `position` of its file, or undefined if none does. */
export function readBatch(bytes: Buffer, start: number, position: number): Batch | undefined {
  const end = endOfBatch(bytes, start);
  if (end === undefined || end > bytes.length) return undefined;
  if (bytes.readUIntBE(start + 8, 6) !== position) return undefined;
  if (bytes.readUInt32BE(start) !== checksum(bytes, start + 4, end)) return undefined;
  const kind = kinds[bytes.readUInt16BE(start + 14)];
  invariant(kind !== undefined, "a batch whose checksum fits is of a known kind");
  return { kind, bytes, bodyStart: start + batchHeaderBytes, end };
}

/** Where the batch at `start` claims to end, perhaps behind `bytes`; undefined when its header is not all there. */
export function endOfBatch(bytes: Buffer, start: number): number | undefined {
  const bodyStart = start + batchHeaderBytes;
  return bodyStart > bytes.length ? undefined : bodyStart + bytes.readUInt32BE(start + 4);
}

/**
 * Whether a whole batch begins anywhere in `bytes`, whose first byte stands at `position`. Any byte is
 * tried, because behind a damaged length nobody knows where the next batch begins. A batch names its
 * own position, a filter that nearly nothing else passes.
 */
export function holdsBatch(bytes: Buffer, position: number): boolean {
  for (let start = 0; start + batchHeaderBytes <= bytes.length; start += 1) {
    if (readBatch(bytes, start, position + start) !== undefined) return true;
  }
  return false;
}

/** Hands the writes of a whole batch to `visit`, in the order in which they were written. */
export function forEachWrite({ bytes, bodyStart, end }: Batch, visit: Visit): void {
  let offset = bodyStart;
  while (offset < end) {
    const keyStart = offset + writeHeaderBytes;
    const keyEnd = keyStart + bytes.readUInt16BE(offset);
    const valueLength = bytes.readUInt32BE(offset + 2);
    const key = bytes.toString("utf8", keyStart, keyEnd);
    offset = valueLength === deleted ? keyEnd : keyEnd + valueLength;
    visit(key, valueLength === deleted ? undefined : decodeValue(bytes.subarray(keyEnd, offset)));
  }
  invariant(offset === end, "a batch whose checksum fits ends with the end of a write");
}
