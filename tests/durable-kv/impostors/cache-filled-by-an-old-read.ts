/**
 * Values stay in the log, an index knows where, a cache keeps what was read.
 *
 * Wrong: a read that began before a put and ends after it fills the cache with the old value, after the
 * put had cleared that entry. From then on every read is stale. Each client alone sees nothing of it.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { crc32 } from "./parts/crc32.ts";
import { readRange, readWhole } from "./parts/read-whole.ts";

export const level = 3;
export const impostor = {
  promise: "durable-kv/calls-look-sequential",
  level: 3,
  misconception: "clearing a cache entry on every write keeps the cache fresh",
} as const;

interface Place {
  position: number;
  length: number;
}

interface Write {
  key: string;
  value: Uint8Array | undefined;
  answer: () => void;
  fail: (error: unknown) => void;
}

const batchHeaderBytes = 8;
const recordHeaderBytes = 6;
const lengthOfDelete = 0xffffffff;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const lock = await disk.lock(directory);
  const log = await disk.open(`${directory}/log`, { create: true });
  const content = await readWhole(log);
  const index = new Map<string, Place>();
  let at = 0;
  while (content.length - at > batchHeaderBytes) {
    const end = at + batchHeaderBytes + content.readUInt32LE(at + 4);
    if (end > content.length || end === at + batchHeaderBytes) break;
    if (crc32(content.subarray(at + 4, end)) !== content.readUInt32LE(at)) break;
    indexBatch(index, content.subarray(at, end), at);
    at = end;
  }
  if (at < content.length) await log.truncate(at);
  await log.sync();
  await disk.syncDirectory(directory);
  return new CachingKv(log, lock, index, at);
}

class CachingKv implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  /** Where the latest answered value of each key lies. */
  readonly #index: Map<string, Place>;
  readonly #cache = new Map<string, Uint8Array>();
  #logLength: number;
  #waiting: Write[] = [];
  #writing: Promise<void> | undefined;
  readonly #reading = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor(log: DiskFile, lock: DiskLock, index: Map<string, Place>, logLength: number) {
    this.#log = log;
    this.#lock = lock;
    this.#index = index;
    this.#logLength = logLength;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const text = this.#begin(key);
    const cached = this.#cache.get(text);
    if (cached !== undefined) return cached.slice();
    const place = this.#index.get(text);
    if (place === undefined) return undefined;
    const reading = readRange(this.#log, place.position, place.length);
    this.#reading.add(reading);
    const value = new Uint8Array(await reading);
    this.#reading.delete(reading);
    this.#cache.set(text, value);
    return value.slice();
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const text = this.#begin(key);
    checkValue(value);
    await this.#write(text, new Uint8Array(value));
  }

  async delete(key: Uint8Array): Promise<void> {
    await this.#write(this.#begin(key), undefined);
  }

  async compact(): Promise<void> {
    throw new NotImplementedError("compact: not written yet.");
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writing;
    await Promise.all(this.#reading);
    await this.#log.close();
    await this.#lock.release();
  }

  #begin(key: Uint8Array): string {
    if (this.#closing !== undefined) throw new ClosedError("The store is closed.");
    checkKey(key);
    return Buffer.from(key).toString("latin1");
  }

  #write(key: string, value: Uint8Array | undefined): Promise<void> {
    return new Promise((answer, fail) => {
      this.#waiting.push({ key, value, answer, fail });
      this.#writing ??= this.#writeBatches();
    });
  }

  async #writeBatches(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const bytes = encodeBatch(batch);
      await this.#log.append(bytes);
      await this.#log.sync();
      indexBatch(this.#index, bytes, this.#logLength);
      this.#logLength += bytes.length;
      for (const { key } of batch) this.#cache.delete(key);
      for (const { answer } of batch) answer();
    }
    this.#writing = undefined;
  }
}

/** CRC-32 of the rest, 4 bytes; length of the records, 4; records: length of the key, 2; of the value, 4; key; value. */
function encodeBatch(batch: readonly Write[]): Buffer {
  const pieces: Uint8Array[] = [Buffer.alloc(batchHeaderBytes)];
  for (const { key, value } of batch) {
    const header = Buffer.alloc(recordHeaderBytes);
    header.writeUInt16LE(key.length, 0);
    header.writeUInt32LE(value?.length ?? lengthOfDelete, 2);
    pieces.push(header, Buffer.from(key, "latin1"), value ?? Buffer.alloc(0));
  }
  const bytes = Buffer.concat(pieces);
  bytes.writeUInt32LE(bytes.length - batchHeaderBytes, 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

function indexBatch(index: Map<string, Place>, batch: Buffer, batchPosition: number): void {
  let at = batchHeaderBytes;
  while (at < batch.length) {
    const keyEnd = at + recordHeaderBytes + batch.readUInt16LE(at);
    const length = batch.readUInt32LE(at + 2);
    const key = batch.toString("latin1", at + recordHeaderBytes, keyEnd);
    if (length === lengthOfDelete) index.delete(key);
    else index.set(key, { position: batchPosition + keyEnd, length });
    at = length === lengthOfDelete ? keyEnd : keyEnd + length;
  }
}
