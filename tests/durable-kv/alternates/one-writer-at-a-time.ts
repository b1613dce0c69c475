/**
 * Another right implementation: one file, one call at a time, one sync a write. Must pass up to level 5,
 * where the promises about overlapping calls are declined.
 *
 *   store-<n>   records; the first says how many bytes the file had when it got its name
 *
 * Opening and compacting are the same thing: write what lives to a new file, sync it, give it its name,
 * remove the old one. So a record of the first part can only be rotten, and so can one with a later
 * record behind it, since every record was synced before the next was written. What is left is torn.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import type { Disk, DiskFile, DiskLock } from "#platform/disk.ts";
import {
  ClosedError,
  CorruptionError,
  InvalidArgumentError,
  StorageError,
} from "#platform/errors.ts";

export const level = 5;

export const singleThreaded =
  "One client waits for each answer before its next call, so a write has nobody to share a sync with.";

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory, segmentBytesMax = 1024, writersWaitingMax = 1 } = options;
  if (!Number.isSafeInteger(segmentBytesMax) || segmentBytesMax < 1024) {
    throw new InvalidArgumentError("Expected `segmentBytesMax` to be a whole number from 1024.");
  }
  if (!Number.isSafeInteger(writersWaitingMax) || writersWaitingMax < 1) {
    throw new InvalidArgumentError("Expected `writersWaitingMax` to be a whole number from 1.");
  }
  const lock = await disk.lock(directory);
  const store = new OneWriterStore(disk, directory, lock);
  try {
    await store.recover();
    return store;
  } catch (error) {
    await store.letGo();
    throw error;
  }
}

const magic = 0x31774174;
const headerLength = 24;

class OneWriterStore implements DurableKv {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #lock: DiskLock;
  readonly #values = new Map<string, Uint8Array>();
  #file: DiskFile | undefined;
  #number = 0;
  #size = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #failure: unknown;

  constructor(disk: Disk, directory: string, lock: DiskLock) {
    this.#disk = disk;
    this.#directory = directory;
    this.#lock = lock;
  }

  async recover(): Promise<void> {
    const names = await this.#disk.list(this.#directory);
    const newest = Math.max(0, ...names.filter((name) => !name.endsWith(".new")).map(numberOf));
    if (newest > 0) await this.#read(newest);
    this.#number = Math.max(0, ...names.map(numberOf));
    await this.#rewrite();
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#inTurn(async () => {
      const value = this.#values.get(checkedKey(key).toString("latin1"));
      return value && new Uint8Array(value);
    });
  }

  put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      const keyBytes = checkedKey(key);
      if (!(value instanceof Uint8Array) || value.length > 1048576) {
        throw new InvalidArgumentError("Expected `value` to be at most 1,048,576 bytes.");
      }
      await this.#append(keyBytes, value);
      this.#values.set(keyBytes.toString("latin1"), new Uint8Array(value));
    });
  }

  delete(key: Uint8Array): Promise<void> {
    return this.#inTurn(async () => {
      const keyBytes = checkedKey(key);
      await this.#append(keyBytes, undefined);
      this.#values.delete(keyBytes.toString("latin1"));
    });
  }

  compact(): Promise<void> {
    return this.#inTurn(() => this.#writing(() => this.#rewrite()));
  }

  close(): Promise<void> {
    this.#closing ??= this.#turn.then(() => this.letGo());
    return this.#closing;
  }

  async letGo(): Promise<void> {
    try {
      await this.#file?.close();
    } catch {
      // The lock matters more than a handle of a disk that fails.
    } finally {
      await this.#lock.release();
    }
  }

  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#closing) return Promise.reject(new ClosedError("The store is closed."));
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** After an error nobody knows what the disk holds, so nothing is written until the next open. */
  async #writing(task: () => Promise<void>): Promise<void> {
    if (this.#failure !== undefined) {
      throw new StorageError("The disk has failed; reopen the store.", { cause: this.#failure });
    }
    try {
      await task();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  #append(key: Buffer, value: Uint8Array | undefined): Promise<void> {
    return this.#writing(async () => {
      const record = encodeRecord(this.#number, this.#size, key, value);
      await this.#file?.append(record);
      await this.#file?.sync();
      this.#size += record.length;
    });
  }

  async #rewrite(): Promise<void> {
    const number = this.#number + 1;
    const path = this.#path(number);
    const records: Buffer[] = [];
    // The record with an empty key has room for the length of all of them.
    let size = headerLength + 8;
    for (const [key, value] of this.#values) {
      const record = encodeRecord(number, size, Buffer.from(key, "latin1"), value);
      records.push(record);
      size += record.length;
    }
    const length = Buffer.alloc(8);
    length.writeDoubleBE(size, 0);
    const file = await this.#disk.open(`${path}.new`, { create: true });
    await this.#file?.close();
    this.#file = file;
    await file.append(
      Buffer.concat([encodeRecord(number, 0, Buffer.alloc(0), length), ...records]),
    );
    await file.sync();
    await this.#disk.rename(`${path}.new`, path);
    await this.#disk.syncDirectory(this.#directory);
    // The new file is there for good; now the old ones may go.
    for (const name of await this.#disk.list(this.#directory)) {
      if (numberOf(name) < number) await this.#disk.remove(`${this.#directory}/${name}`);
    }
    await this.#disk.syncDirectory(this.#directory);
    this.#number = number;
    this.#size = size;
  }

  async #read(number: number): Promise<void> {
    const file = await this.#disk.open(this.#path(number));
    const parts: Uint8Array[] = [];
    try {
      for (let position = 0; ;) {
        const part = await file.read(position, 1048576);
        if (part.length === 0) break;
        parts.push(part);
        position += part.length;
      }
    } finally {
      await file.close();
    }
    const bytes = Buffer.concat(parts);
    let position = 0;
    let lengthWhenNamed = 1;
    while (position < bytes.length) {
      const record = recordAt(bytes, position, number);
      if (!record) break;
      if (position === 0) lengthWhenNamed = record.value?.readDoubleBE(0) ?? 0;
      else if (record.value) this.#values.set(record.key, new Uint8Array(record.value));
      else this.#values.delete(record.key);
      position += record.length;
    }
    let rotten = position < lengthWhenNamed;
    for (let later = position + 1; later < bytes.length && !rotten; later += 1) {
      rotten = recordAt(bytes, later, number) !== undefined;
    }
    if (rotten) throw new CorruptionError(this.#path(number), position, "it had been synced");
  }

  #path(number: number): string {
    return `${this.#directory}/store-${number}`;
  }
}

function encodeRecord(
  fileNumber: number,
  position: number,
  key: Buffer,
  value: Uint8Array | undefined,
): Buffer {
  const record = Buffer.alloc(headerLength + key.length + (value?.length ?? 0));
  record.writeUInt32BE(magic, 0);
  record.writeUInt32BE(key.length, 4);
  record.writeInt32BE(value ? value.length : -1, 8);
  record.set(key, headerLength);
  if (value) record.set(value, headerLength + key.length);
  record.writeDoubleBE(checksum(record, fileNumber, position), 16);
  return record;
}

function recordAt(bytes: Buffer, position: number, fileNumber: number) {
  if (position + headerLength > bytes.length) return undefined;
  if (bytes.readUInt32BE(position) !== magic) return undefined;
  const keyEnd = headerLength + bytes.readUInt32BE(position + 4);
  const valueLength = bytes.readInt32BE(position + 8);
  const length = keyEnd + Math.max(0, valueLength);
  if (position + length > bytes.length) return undefined;
  const record = Buffer.from(bytes.subarray(position, position + length));
  const stored = record.readDoubleBE(16);
  record.fill(0, 16, 24);
  if (stored !== checksum(record, fileNumber, position)) return undefined;
  return {
    length,
    key: record.toString("latin1", headerLength, keyEnd),
    value: valueLength < 0 ? undefined : record.subarray(keyEnd),
  };
}

function numberOf(name: string): number {
  return Number.parseInt(name.slice("store-".length), 10);
}

function checkedKey(key: Uint8Array): Buffer {
  if (key instanceof Uint8Array && key.length >= 1 && key.length <= 1024) return Buffer.from(key);
  throw new InvalidArgumentError("Expected `key` to be 1–1024 bytes.");
}

/** 53 bits: chance does not fake a record, and its place is part of it, so a copy elsewhere is none. */
function checksum(bytes: Uint8Array, fileNumber: number, position: number): number {
  let first = 0xdeadbeef ^ fileNumber;
  let second = 0x41c6ce57 ^ position;
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
