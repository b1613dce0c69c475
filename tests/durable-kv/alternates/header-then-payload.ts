/**
 * Another right implementation: one log that is never cut and never rewritten; a batch is a header and a
 * payload, appended one after the other before one sync. Must pass up to level 4.
 *
 *   header: magic 4 | payload length 4 | position 8 | live before 8 | payload check 8 | header check 8
 *
 * `live before` is where the log that counts ended, synced, when the batch was written. It is the
 * position of the batch itself, except for the first one of a life: that one lies behind whatever a
 * crash has left and says from where on those remains are dead. It also repeats the last batch that
 * was found, because nothing proves that this one had been synced.
 *
 * So a damaged batch is rotten if a later batch calls the log live beyond it, and torn otherwise.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import {
  ClosedError,
  CorruptionError,
  InvalidArgumentError,
  OverloadedError,
  StorageError,
} from "#platform/errors.ts";

export const level = 4;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory, writersWaitingMax = 1024 } = options;
  if (!Number.isSafeInteger(writersWaitingMax) || writersWaitingMax < 1) {
    throw new InvalidArgumentError("Expected `writersWaitingMax` to be a whole number from 1.");
  }
  const lock = await disk.lock(directory);
  let file: DiskFile | undefined;
  try {
    const path = `${directory}/log`;
    file = await disk.open(path, { create: true });
    await disk.syncDirectory(directory);
    const bytes = await readAll(file);
    const { batches, liveBefore } = readLog(bytes, path);
    const values = new Map<string, Uint8Array>();
    for (const payload of batches) applyPayload(values, payload);
    const store = new HeaderThenPayload(lock, file, values, bytes.length, writersWaitingMax);
    await store.settle(liveBefore, batches.at(-1));
    return store;
  } catch (error) {
    await file?.close().catch(() => undefined);
    await lock.release();
    throw error;
  }
}

interface Write {
  bytes: Buffer;
  resolve: () => void;
  reject: (error: unknown) => void;
}

const magic = 0x48745021;
const headerLength = 40;

class HeaderThenPayload implements DurableKv {
  readonly #lock: DiskLock;
  readonly #file: DiskFile;
  readonly #values: Map<string, Uint8Array>;
  readonly #writersWaitingMax: number;
  #end: number;
  #liveBefore = 0;
  #queue: Write[] = [];
  #writersWaiting = 0;
  #tail: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #failure: unknown;

  constructor(
    lock: DiskLock,
    file: DiskFile,
    values: Map<string, Uint8Array>,
    end: number,
    writersWaitingMax: number,
  ) {
    this.#lock = lock;
    this.#file = file;
    this.#values = values;
    this.#end = end;
    this.#writersWaitingMax = writersWaitingMax;
  }

  /** Repeats the last batch, which may be known from the page cache only. */
  async settle(liveBefore: number, lastBatch: Buffer | undefined): Promise<void> {
    this.#liveBefore = liveBefore;
    if (lastBatch) await this.#append(lastBatch);
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#refuseWhenClosed();
    const value = this.#values.get(checkedKey(key).toString("latin1"));
    return value && new Uint8Array(value);
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#refuseWhenClosed();
    const keyBytes = checkedKey(key);
    if (!(value instanceof Uint8Array) || value.length > 1048576) {
      throw new InvalidArgumentError("Expected `value` to be at most 1,048,576 bytes.");
    }
    await this.#write(encodeOperation(keyBytes, value));
  }

  async delete(key: Uint8Array): Promise<void> {
    this.#refuseWhenClosed();
    await this.#write(encodeOperation(checkedKey(key), undefined));
  }

  async compact(): Promise<void> {
    this.#refuseWhenClosed();
  }

  close(): Promise<void> {
    this.#closing ??= this.#whenIdle().then(async () => {
      try {
        await this.#file.close();
      } finally {
        await this.#lock.release();
      }
    });
    return this.#closing;
  }

  async #whenIdle(): Promise<void> {
    while (this.#writersWaiting > 0) await this.#tail;
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#writersWaiting >= this.#writersWaitingMax) {
      throw new OverloadedError(`${this.#writersWaiting} writes are waiting already.`);
    }
    this.#writersWaiting += 1;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#queue.push({ bytes, resolve, reject });
        // Every writer lines up; the first of a group to get its turn writes for all of them.
        this.#tail = this.#tail.then(() => this.#writeBatch());
      });
    } finally {
      this.#writersWaiting -= 1;
    }
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#queue;
    if (batch.length === 0) return;
    this.#queue = [];
    const payload = Buffer.concat(batch.map(({ bytes }) => bytes));
    try {
      if (this.#failure !== undefined) {
        throw new StorageError("The disk has failed; reopen the store.", { cause: this.#failure });
      }
      await this.#append(payload);
    } catch (error) {
      // Unknown bytes may lie at the end, so nothing is written until an open has looked at them.
      this.#failure ??= error;
      for (const { reject } of batch) reject(error);
      return;
    }
    applyPayload(this.#values, payload);
    for (const { resolve } of batch) resolve();
  }

  async #append(payload: Buffer): Promise<void> {
    await this.#file.append(encodeHeader(this.#end, this.#liveBefore, payload));
    // Only now: overlapping appends may land in either order.
    await this.#file.append(payload);
    await this.#file.sync();
    this.#end += headerLength + payload.length;
    this.#liveBefore = this.#end;
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw new ClosedError("The store is closed.");
  }
}

/** The payloads that count, and what the next batch has to say about the log before it. */
function readLog(log: Buffer, path: string): { batches: Buffer[]; liveBefore: number } {
  const batches: Buffer[] = [];
  let position = 0;
  let liveBefore = 0;
  while (position < log.length) {
    let next = batchAt(log, position);
    for (let at = position + 1; !next && at < log.length; at += 1) next = batchAt(log, at);
    if (!next) break;
    if (next.liveBefore > position && next.position > position) {
      throw new CorruptionError(path, position, `it was synced before byte ${next.position}`);
    }
    batches.push(next.payload);
    // What the last batch says of itself is not enough: its own sync may have failed.
    liveBefore = next.liveBefore;
    position = next.position + headerLength + next.payload.length;
  }
  return { batches, liveBefore };
}

function encodeHeader(position: number, liveBefore: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(headerLength);
  header.writeUInt32BE(magic, 0);
  header.writeUInt32BE(payload.length, 4);
  header.writeDoubleBE(position, 8);
  header.writeDoubleBE(liveBefore, 16);
  header.writeDoubleBE(checksum(payload), 24);
  header.writeDoubleBE(checksum(header.subarray(0, 32)), 32);
  return header;
}

/** A header names its own position, so a copy of it inside a value is none. */
function batchAt(log: Buffer, position: number) {
  if (position + headerLength > log.length || log.readUInt32BE(position) !== magic)
    return undefined;
  const header = log.subarray(position, position + headerLength);
  if (header.readDoubleBE(32) !== checksum(header.subarray(0, 32))) return undefined;
  if (header.readDoubleBE(8) !== position) return undefined;
  const end = position + headerLength + header.readUInt32BE(4);
  const payload = log.subarray(position + headerLength, end);
  if (end > log.length || header.readDoubleBE(24) !== checksum(payload)) return undefined;
  return { position, payload, liveBefore: header.readDoubleBE(16) };
}

function encodeOperation(key: Buffer, value: Uint8Array | undefined): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(key.length, 0);
  head.writeInt32BE(value ? value.length : -1, 2);
  return Buffer.concat([head, key, value ?? Buffer.alloc(0)]);
}

function applyPayload(values: Map<string, Uint8Array>, payload: Buffer): void {
  for (let position = 0; position < payload.length;) {
    const keyEnd = position + 6 + payload.readUInt16BE(position);
    const valueLength = payload.readInt32BE(position + 2);
    const key = payload.toString("latin1", position + 6, keyEnd);
    position = keyEnd + Math.max(0, valueLength);
    if (valueLength < 0) values.delete(key);
    else values.set(key, new Uint8Array(payload.subarray(keyEnd, position)));
  }
}

async function readAll(file: DiskFile): Promise<Buffer> {
  const bytes = Buffer.alloc(await file.size());
  for (let position = 0; position < bytes.length;) {
    const part = await file.read(position, bytes.length - position);
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

function checkedKey(key: Uint8Array): Buffer {
  if (key instanceof Uint8Array && key.length >= 1 && key.length <= 1024) return Buffer.from(key);
  throw new InvalidArgumentError("Expected `key` to be 1–1024 bytes.");
}

/** 53 bits: chance does not fake a batch. */
function checksum(bytes: Uint8Array): number {
  let first = 0xdeadbeef;
  let second = 0x41c6ce57;
  for (const byte of bytes) {
    first = Math.imul(first ^ byte, 2654435761);
    second = Math.imul(second ^ byte, 1597334677);
  }
  first =
    Math.imul(first ^ (first >>> 16), 2246822507) ^ Math.imul(second ^ (second >>> 13), 3266489909);
  second =
    Math.imul(second ^ (second >>> 16), 2246822507) ^ Math.imul(first ^ (first >>> 13), 3266489909);
  return 4294967296 * (2097151 & second) + (first >>> 0);
}
