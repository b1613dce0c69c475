/**
 * Another right implementation: there is no log; each batch is a file of its own, in a subdirectory.
 * Must pass up to level 5.
 *
 *   bases/<n>     the whole map before batch n, synced before it was renamed to this name
 *   batches/<n>   the writes that shared one sync
 *
 * A batch is answered when its bytes and its name are durable, and only then the next file is made. So
 * a damaged batch was torn if it is the last one, and is rotten if another one exists behind it. No
 * scan for later records is needed, and a value may contain whatever it likes.
 *
 * Opening writes a new base of what it has read and so relies on nothing that was left unsynced.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import type { Disk, DiskLock } from "#platform/disk.ts";
import {
  ClosedError,
  CorruptionError,
  InvalidArgumentError,
  OverloadedError,
  StorageError,
} from "#platform/errors.ts";

export const level = 5;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { segmentBytesMax = 2 ** 20, writersWaitingMax = 1024 } = options;
  if (!Number.isSafeInteger(segmentBytesMax) || segmentBytesMax < 1024) {
    throw new InvalidArgumentError("Expected `segmentBytesMax` to be a whole number from 1024.");
  }
  if (!Number.isSafeInteger(writersWaitingMax) || writersWaitingMax < 1) {
    throw new InvalidArgumentError("Expected `writersWaitingMax` to be a whole number from 1.");
  }
  const lock = await options.disk.lock(options.directory);
  try {
    const store = new FilePerBatchStore(options, lock, segmentBytesMax, writersWaitingMax);
    await store.recover();
    return store;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface Operation {
  key: string;
  value: Uint8Array | undefined;
}

interface Write extends Operation {
  resolve: () => void;
  reject: (error: unknown) => void;
}

const checksumLength = 8;

class FilePerBatchStore implements DurableKv {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #bases: string;
  readonly #batches: string;
  readonly #lock: DiskLock;
  readonly #segmentBytesMax: number;
  readonly #writersWaitingMax: number;
  readonly #values = new Map<string, Uint8Array>();
  #base = 0;
  #nextBatch = 1;
  #queue: Write[] = [];
  #writing: Promise<void> | undefined;
  #writersWaiting = 0;
  #compaction: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(
    options: DurableKvOptions,
    lock: DiskLock,
    segmentBytesMax: number,
    writersWaitingMax: number,
  ) {
    this.#disk = options.disk;
    this.#directory = options.directory;
    this.#bases = `${options.directory}/bases`;
    this.#batches = `${options.directory}/batches`;
    this.#lock = lock;
    this.#segmentBytesMax = segmentBytesMax;
    this.#writersWaitingMax = writersWaitingMax;
  }

  async recover(): Promise<void> {
    await this.#disk.makeDirectory(this.#bases);
    await this.#disk.makeDirectory(this.#batches);
    await this.#disk.syncDirectory(this.#directory);
    const baseNames = await this.#disk.list(this.#bases);
    const batches = (await this.#disk.list(this.#batches)).map(Number).sort((a, b) => a - b);
    const base = Math.max(0, ...baseNames.filter((name) => !name.endsWith(".new")).map(Number));
    if (base > 0) {
      const path = `${this.#bases}/${base}`;
      const operations = await this.#read(path, base);
      if (!operations) throw new CorruptionError(path, 0, "it was synced whole");
      this.#apply(operations);
    }
    for (const number of batches.filter((number) => number >= base)) {
      const path = `${this.#batches}/${number}`;
      const operations = await this.#read(path, number);
      if (operations) this.#apply(operations);
      else if (number !== batches.at(-1)) throw new CorruptionError(path, 0, "it had been synced");
    }
    const used = [...baseNames.map((name) => Number.parseInt(name, 10)), ...batches];
    this.#nextBatch = Math.max(0, ...used) + 1;
    await this.#writeBase(this.#nextBatch, this.#values);
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#refuseWhenClosed();
    const value = this.#values.get(keyText(key));
    return value && new Uint8Array(value);
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#refuseWhenClosed();
    const text = keyText(key);
    if (!(value instanceof Uint8Array) || value.length > 2 ** 20) {
      throw new InvalidArgumentError("Expected `value` to be at most 1,048,576 bytes.");
    }
    await this.#write({ key: text, value: new Uint8Array(value) });
  }

  async delete(key: Uint8Array): Promise<void> {
    this.#refuseWhenClosed();
    await this.#write({ key: keyText(key), value: undefined });
  }

  async compact(): Promise<void> {
    this.#refuseWhenClosed();
    this.#compaction ??= this.#compactNow().finally(() => (this.#compaction = undefined));
    await this.#compaction;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writing;
    await this.#compaction?.catch(() => undefined);
    await this.#lock.release();
  }

  async #write(operation: Operation): Promise<void> {
    if (this.#writersWaiting >= this.#writersWaitingMax) {
      throw new OverloadedError(`${this.#writersWaiting} writes are waiting already.`);
    }
    this.#writersWaiting += 1;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#queue.push({ ...operation, resolve, reject });
        this.#writing ??= this.#writeWhileWanted();
      });
    } finally {
      this.#writersWaiting -= 1;
    }
  }

  async #writeWhileWanted(): Promise<void> {
    // Whoever calls in the same breath comes along.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#writeBatch();
    this.#writing = undefined;
  }

  async #writeBatch(): Promise<void> {
    let length = checksumLength;
    let count = 0;
    for (const write of this.#queue) {
      length += encodedLength(write);
      if (count > 0 && length > this.#segmentBytesMax) break;
      count += 1;
    }
    const batch = this.#queue.splice(0, count);
    const number = this.#nextBatch;
    try {
      if (this.#failure) throw this.#failure;
      await this.#writeFile(`${this.#batches}/${number}`, encode(number, batch));
      await this.#disk.syncDirectory(this.#batches);
    } catch (error) {
      const failure = this.#fail(error);
      for (const write of batch) write.reject(failure);
      return;
    }
    // In one breath, so that a compaction sees the map as it is before the next batch.
    this.#nextBatch = number + 1;
    this.#apply(batch);
    for (const write of batch) write.resolve();
  }

  async #compactNow(): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (this.#base === this.#nextBatch) return;
    try {
      await this.#writeBase(this.#nextBatch, new Map(this.#values));
    } catch (error) {
      throw this.#fail(error);
    }
  }

  async #writeBase(number: number, values: Map<string, Uint8Array>): Promise<void> {
    const operations = [...values].map(([key, value]) => ({ key, value }));
    const path = `${this.#bases}/${number}`;
    await this.#writeFile(`${path}.new`, encode(number, operations));
    await this.#disk.rename(`${path}.new`, path);
    // Only a base whose name is durable makes the files before it superfluous.
    await this.#disk.syncDirectory(this.#bases);
    this.#base = number;
    for (const directory of [this.#batches, this.#bases]) {
      for (const name of await this.#disk.list(directory)) {
        if (Number.parseInt(name, 10) < number) await this.#disk.remove(`${directory}/${name}`);
      }
      await this.#disk.syncDirectory(directory);
    }
  }

  async #writeFile(path: string, bytes: Uint8Array): Promise<void> {
    const file = await this.#disk.open(path, { create: true });
    try {
      await file.append(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** The operations of a file, or undefined when it is damaged. */
  async #read(path: string, number: number): Promise<Operation[] | undefined> {
    const file = await this.#disk.open(path);
    const parts: Uint8Array[] = [];
    try {
      for (let position = 0; ;) {
        const part = await file.read(position, 2 ** 16);
        if (part.length === 0) break;
        parts.push(part);
        position += part.length;
      }
    } finally {
      await file.close();
    }
    const bytes = Buffer.concat(parts);
    const body = bytes.subarray(checksumLength);
    const whole =
      bytes.length >= checksumLength && bytes.readDoubleBE(0) === checksum(body, number);
    return whole ? decode(body) : undefined;
  }

  #apply(operations: Operation[]): void {
    for (const { key, value } of operations) {
      if (value) this.#values.set(key, value);
      else this.#values.delete(key);
    }
  }

  /** After an error nobody knows what the disk holds, so nothing is written until the next open. */
  #fail(cause: unknown): Error {
    this.#failure ??= new StorageError("The disk has failed; reopen the store.", { cause });
    return this.#failure;
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw new ClosedError("The store is closed.");
  }
}

function encodedLength({ key, value }: Operation): number {
  return 6 + key.length + (value?.length ?? 0);
}

function encode(number: number, operations: Operation[]): Uint8Array {
  const length = operations.reduce((sum, operation) => sum + encodedLength(operation), 0);
  const bytes = Buffer.alloc(checksumLength + length);
  let position = checksumLength;
  for (const operation of operations) {
    const { key, value } = operation;
    bytes.writeUInt16BE(key.length, position);
    bytes.writeInt32BE(value ? value.length : -1, position + 2);
    bytes.write(key, position + 6, "latin1");
    if (value) bytes.set(value, position + 6 + key.length);
    position += encodedLength(operation);
  }
  bytes.writeDoubleBE(checksum(bytes.subarray(checksumLength), number), 0);
  return bytes;
}

function decode(body: Buffer): Operation[] {
  const operations: Operation[] = [];
  for (let position = 0; position < body.length;) {
    const keyEnd = position + 6 + body.readUInt16BE(position);
    const valueLength = body.readInt32BE(position + 2);
    const key = body.toString("latin1", position + 6, keyEnd);
    position = keyEnd + Math.max(0, valueLength);
    const value = new Uint8Array(body.subarray(keyEnd, position));
    operations.push({ key, value: valueLength < 0 ? undefined : value });
  }
  return operations;
}

function keyText(key: Uint8Array): string {
  if (!(key instanceof Uint8Array) || key.length < 1 || key.length > 1024) {
    throw new InvalidArgumentError("Expected `key` to be 1–1024 bytes.");
  }
  return Buffer.from(key).toString("latin1");
}

/** 53 bits: chance does not fake a file. */
function checksum(bytes: Uint8Array, number: number): number {
  let first = 0xdeadbeef ^ number;
  let second = 0x41c6ce57 ^ bytes.length;
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
