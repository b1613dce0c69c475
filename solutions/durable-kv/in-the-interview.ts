/**
 * Levels 1 to 3 in one file: what fits into the coding phase of an interview.
 *
 *   log     = batch*
 *   batch   = checksum:4 length:4 record*             one append, one sync, all or nothing
 *   record  = keyLength:2 valueLength:4 key value     a valueLength of 2³²−1 marks a delete
 *
 * A write is answered, and seen, only when its batch is on the disk. Batches go one at a time, so the
 * log, the memory and the answers have one order. Recovery cuts off a torn batch, and makes safe what
 * it has read before anybody sees it.
 *
 * Left for later: refusing rot (batches that vouch for what is before them), doubting bytes whose sync
 * failed (writing the last batch again), a limit of the queue, segments and compaction.
 */
import { Buffer } from "node:buffer";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import type { Disk, DiskFile, DiskLock } from "#platform/disk.ts";
import * as errors from "#platform/errors.ts";

export const level = 3;

const batchHeaderBytes = 8;
const recordHeaderBytes = 6;
const deleted = 0xffffffff;

/** Keys and values are strings of one-byte characters: compared by content, changed by nobody. */
interface Write {
  readonly key: string;
  readonly value: string | undefined;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export async function openDurableKv({ disk, directory }: DurableKvOptions): Promise<DurableKv> {
  const lock = await disk.lock(directory);
  try {
    const log = await disk.open(`${directory}/log`, { create: true });
    return new LoggedStore(lock, log, await recover(disk, directory, log));
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function recover(disk: Disk, directory: string, log: DiskFile): Promise<Map<string, string>> {
  const memory = new Map<string, string>();
  const bytes = await readAll(log);
  const end = replay(bytes, memory);
  // Cut before the first append: behind a torn batch nothing would ever be found again.
  if (end < bytes.length) await log.truncate(end);
  // After a kill we may have read what was never synced, and a power cut must not take it back.
  await log.sync();
  await disk.syncDirectory(directory);
  return memory;
}

class LoggedStore implements DurableKv {
  readonly #lock: DiskLock;
  readonly #log: DiskFile;
  /** What is safe and nothing else: a value enters after its sync. */
  readonly #memory: Map<string, string>;
  /** Writes that wait for the next batch, in the order of their calls. */
  #queue: Write[] = [];
  /** Runs while the queue is not empty; never rejects. */
  #committing: Promise<void> | undefined;
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(lock: DiskLock, log: DiskFile, memory: Map<string, string>) {
    this.#lock = lock;
    this.#log = log;
    this.#memory = memory;
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    await this.#write(this.#textOf(key, 1, 1024), this.#textOf(value, 0, 1_048_576));
  }

  async delete(key: Uint8Array): Promise<void> {
    await this.#write(this.#textOf(key, 1, 1024), undefined);
  }

  #write(key: string, value: string | undefined): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    return new Promise((resolve, reject) => {
      this.#queue.push({ key, value, resolve, reject });
      this.#committing ??= this.#commitQueue();
    });
  }

  async #commitQueue(): Promise<void> {
    await Promise.resolve(); // Whoever calls in this turn joins the first batch.
    while (this.#queue.length > 0) await this.#commit(this.#queue.splice(0));
    this.#committing = undefined;
  }

  async #commit(writes: readonly Write[]): Promise<void> {
    try {
      await this.#log.append(encodeBatch(writes));
      // A sync covers what settled before its call. Writers who come now join the next batch.
      await this.#log.sync();
    } catch (cause) {
      // Nobody knows what is on the disk now: tell everyone, try nothing again.
      this.#failure = new errors.StorageError("A write failed; open the store again.", { cause });
      for (const write of [...writes, ...this.#queue.splice(0)]) write.reject(this.#failure);
      return;
    }
    // Safe: now it may be seen, and then it may be answered.
    for (const { key, value } of writes) {
      if (value === undefined) this.#memory.delete(key);
      else this.#memory.set(key, value);
    }
    for (const write of writes) write.resolve();
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = this.#memory.get(this.#textOf(key, 1, 1024));
    return value === undefined ? undefined : new Uint8Array(Buffer.from(value, "latin1"));
  }

  async compact(): Promise<void> {
    throw new errors.NotImplementedError("compact belongs to level 5");
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    await this.#committing;
    await this.#log.close();
    await this.#lock.release();
  }

  /** A copy, so that the caller may change the buffer as soon as it likes. */
  #textOf(bytes: Uint8Array, lengthMin: number, lengthMax: number): string {
    if (this.#closing !== undefined) throw new errors.ClosedError("The store was closed.");
    if (bytes instanceof Uint8Array && bytes.length >= lengthMin && bytes.length <= lengthMax) {
      return Buffer.from(bytes).toString("latin1");
    }
    throw new errors.InvalidArgumentError(`Expected ${lengthMin}–${lengthMax} bytes.`);
  }
}

function encodeBatch(writes: readonly Write[]): Buffer {
  const parts = [Buffer.alloc(batchHeaderBytes)];
  for (const { key, value } of writes) {
    const header = Buffer.alloc(recordHeaderBytes);
    header.writeUInt16BE(key.length, 0);
    header.writeUInt32BE(value?.length ?? deleted, 2);
    parts.push(header, Buffer.from(key + (value ?? ""), "latin1"));
  }
  const batch = Buffer.concat(parts);
  batch.writeUInt32BE(batch.length - batchHeaderBytes, 4);
  batch.writeUInt32BE(checksum(batch.subarray(4)), 0);
  return batch;
}

/** Applies whole batches up to the first that is not, and answers where that one begins. */
function replay(bytes: Buffer, memory: Map<string, string>): number {
  let start = 0;
  while (start + batchHeaderBytes <= bytes.length) {
    // The length may be torn too: compared with what is there, then covered by the checksum.
    const end = start + batchHeaderBytes + bytes.readUInt32BE(start + 4);
    if (end > bytes.length) break;
    if (bytes.readUInt32BE(start) !== checksum(bytes.subarray(start + 4, end))) break;
    for (let offset = start + batchHeaderBytes; offset < end;) {
      const keyEnd = offset + recordHeaderBytes + bytes.readUInt16BE(offset);
      const valueLength = bytes.readUInt32BE(offset + 2);
      const key = bytes.toString("latin1", offset + recordHeaderBytes, keyEnd);
      offset = valueLength === deleted ? keyEnd : keyEnd + valueLength;
      if (valueLength === deleted) memory.delete(key);
      else memory.set(key, bytes.toString("latin1", keyEnd, offset));
    }
    start = end;
  }
  return start;
}

async function readAll(file: DiskFile): Promise<Buffer> {
  const bytes = Buffer.alloc(await file.size());
  for (let count = 0; count < bytes.length;) {
    const piece = await file.read(count, bytes.length - count);
    if (piece.length === 0) throw new errors.StorageError("The log is shorter than its size.");
    bytes.set(piece, count);
    count += piece.length;
  }
  return bytes;
}

/** CRC-32. For a header of zeros it is not zero, so that a tail of zeros is no batch. */
function checksum(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
  }
  return ~rest >>> 0;
}
