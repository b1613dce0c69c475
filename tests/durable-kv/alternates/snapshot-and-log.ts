/**
 * Another right implementation: a snapshot and the logs behind it. Must pass up to level 5.
 *
 *   snapshot-<n>   the whole map as it was before log-<n>; renamed to this name only when it was
 *                  synced, so a damaged one is always rotten
 *   log-<n>        batches, each one checksummed unit; one is in flight at a time, so whatever
 *                  follows a unit proves that the unit had been synced
 *
 * The state is the newest snapshot and every log from its number on. Opening compacts: it writes what
 * it has read to a new snapshot and starts a new log. So nothing that an earlier life left unsynced is
 * ever relied upon, and a torn tail needs no truncation: its log is simply replaced.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import type { Disk, DiskFile, DiskLock } from "#platform/disk.ts";
import {
  ClosedError,
  CorruptionError,
  InvalidArgumentError,
  OverloadedError,
  StorageError,
} from "#platform/errors.ts";

export const level = 5;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const segmentBytesMax = wholeNumber("segmentBytesMax", options.segmentBytesMax ?? 2 ** 20, 1024);
  const writersWaitingMax = wholeNumber("writersWaitingMax", options.writersWaitingMax ?? 1024, 1);
  const lock = await options.disk.lock(options.directory);
  const store = new SnapshotAndLog(options, lock, segmentBytesMax, writersWaitingMax);
  try {
    await store.recover();
    return store;
  } catch (error) {
    await store.letGo();
    throw error;
  }
}

interface Log {
  number: number;
  file: DiskFile;
  size: number;
}

interface Operation {
  key: string;
  value: Uint8Array | undefined;
}

interface Write extends Operation {
  bytes: Uint8Array;
  resolve: () => void;
  reject: (error: unknown) => void;
}

const magic = 0x5a4c7e31;
const unitHeaderLength = 16;
const snapshotChunkLength = 4096;

class SnapshotAndLog implements DurableKv {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #lock: DiskLock;
  readonly #segmentBytesMax: number;
  readonly #writersWaitingMax: number;
  /** Only what a sync has covered. */
  #values = new Map<string, Uint8Array>();
  #log: Log | undefined;
  #queue: Write[] = [];
  #batchScheduled = false;
  #writersWaiting = 0;
  #turn: Promise<unknown> = Promise.resolve();
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
    this.#lock = lock;
    this.#segmentBytesMax = segmentBytesMax;
    this.#writersWaitingMax = writersWaitingMax;
  }

  async recover(): Promise<void> {
    const names = await this.#disk.list(this.#directory);
    const snapshots = numbersOf("snapshot-", names);
    const snapshot = snapshots.at(-1) ?? 0;
    if (snapshot > 0) {
      const { units, damagedAt } = await this.#readUnits("snapshot-", snapshot);
      if (damagedAt !== undefined) {
        throw this.#corruption("snapshot-", snapshot, damagedAt);
      }
      for (const unit of units) this.#apply(decodeOperations(unit));
    }
    let cut: { number: number; offset: number } | undefined;
    for (const number of numbersOf("log-", names).filter((number) => number >= snapshot)) {
      const { units, damagedAt, followed } = await this.#readUnits("log-", number);
      if (cut !== undefined && (units.length > 0 || followed)) {
        throw this.#corruption("log-", cut.number, cut.offset);
      }
      for (const unit of units) this.#apply(decodeOperations(unit));
      if (damagedAt === undefined) continue;
      if (followed) throw this.#corruption("log-", number, damagedAt);
      cut ??= { number, offset: damagedAt };
    }
    const used = ["snapshot-", "log-", "new-"].flatMap((prefix) => numbersOf(prefix, names));
    await this.#startLog(Math.max(0, ...used) + 1);
    await this.#writeSnapshot(this.#openLog().number, this.#values);
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

  async letGo(): Promise<void> {
    try {
      await this.#log?.file.close();
    } catch {
      // The lock matters more than a handle of a disk that fails.
    } finally {
      await this.#lock.release();
    }
  }

  async #close(): Promise<void> {
    // A batch that is under way may leave a further one behind it.
    while (this.#writersWaiting > 0) await this.#turn;
    await this.#compaction?.catch(() => undefined);
    await this.letGo();
  }

  async #write(operation: Operation): Promise<void> {
    if (this.#writersWaiting >= this.#writersWaitingMax) {
      throw new OverloadedError(`${this.#writersWaiting} writes are waiting already.`);
    }
    this.#writersWaiting += 1;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#queue.push({ ...operation, bytes: encodeOperation(operation), resolve, reject });
        this.#scheduleBatch();
      });
    } finally {
      this.#writersWaiting -= 1;
    }
  }

  #scheduleBatch(): void {
    if (this.#batchScheduled) return;
    this.#batchScheduled = true;
    void this.#exclusively(() => this.#writeBatch());
  }

  async #writeBatch(): Promise<void> {
    this.#batchScheduled = false;
    let length = unitHeaderLength;
    let count = 0;
    for (const write of this.#queue) {
      if (count > 0 && length + write.bytes.length > this.#segmentBytesMax) break;
      length += write.bytes.length;
      count += 1;
    }
    const batch = this.#queue.splice(0, count);
    if (this.#queue.length > 0) this.#scheduleBatch();
    try {
      if (this.#failure) throw this.#failure;
      const { size, number } = this.#openLog();
      if (size > 0 && size + length > this.#segmentBytesMax) await this.#startLog(number + 1);
      const log = this.#openLog();
      const unit = encodeUnit(log.number, log.size, Buffer.concat(batch.map(({ bytes }) => bytes)));
      await log.file.append(unit);
      await log.file.sync();
      log.size += unit.length;
    } catch (error) {
      this.#fail(error);
      for (const write of batch) write.reject(this.#failure);
      return;
    }
    this.#apply(batch);
    for (const write of batch) write.resolve();
  }

  async #compactNow(): Promise<void> {
    try {
      const image = await this.#exclusively(async () => {
        if (this.#failure) throw this.#failure;
        await this.#startLog(this.#openLog().number + 1);
        return { number: this.#openLog().number, values: new Map(this.#values) };
      });
      await this.#writeSnapshot(image.number, image.values);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /** The name is durable before the first batch goes in; the log before it has been synced whole. */
  async #startLog(number: number): Promise<void> {
    const file = await this.#disk.open(this.#path("log-", number), { create: true });
    const previous = this.#log;
    this.#log = { number, file, size: 0 };
    await previous?.file.close();
    await this.#disk.syncDirectory(this.#directory);
  }

  async #writeSnapshot(number: number, values: Map<string, Uint8Array>): Promise<void> {
    const file = await this.#disk.open(this.#path("new-", number), { create: true });
    try {
      let position = 0;
      let chunk: Uint8Array[] = [];
      let chunkLength = 0;
      const flush = async () => {
        const unit = encodeUnit(number, position, Buffer.concat(chunk));
        chunk = [];
        chunkLength = 0;
        position += unit.length;
        await file.append(unit);
      };
      for (const [key, value] of values) {
        const bytes = encodeOperation({ key, value });
        chunk.push(bytes);
        chunkLength += bytes.length;
        if (chunkLength >= snapshotChunkLength) await flush();
      }
      await flush();
      await file.sync();
    } finally {
      await file.close();
    }
    await this.#disk.rename(this.#path("new-", number), this.#path("snapshot-", number));
    // Only a snapshot whose name is durable makes the files before it superfluous.
    await this.#disk.syncDirectory(this.#directory);
    const names = await this.#disk.list(this.#directory);
    for (const prefix of ["snapshot-", "log-", "new-"]) {
      for (const old of numbersOf(prefix, names).filter((other) => other < number)) {
        await this.#disk.remove(this.#path(prefix, old));
      }
    }
    await this.#disk.syncDirectory(this.#directory);
  }

  async #readUnits(prefix: string, number: number) {
    const file = await this.#disk.open(this.#path(prefix, number));
    try {
      return parseUnits(await readAll(file), number);
    } finally {
      await file.close();
    }
  }

  #apply(operations: Iterable<Operation>): void {
    for (const { key, value } of operations) {
      if (value) this.#values.set(key, value);
      else this.#values.delete(key);
    }
  }

  #exclusively<Result>(task: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** After an error nobody knows what the disk holds, so nothing is written until the next open. */
  #fail(cause: unknown): void {
    this.#failure ??= new StorageError("The disk has failed; reopen the store.", { cause });
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw new ClosedError("The store is closed.");
  }

  #openLog(): Log {
    if (!this.#log) throw new StorageError("The store has no log.");
    return this.#log;
  }

  #path(prefix: string, number: number): string {
    return `${this.#directory}/${prefix}${number}`;
  }

  #corruption(prefix: string, number: number, offset: number): CorruptionError {
    return new CorruptionError(this.#path(prefix, number), offset, "a synced unit does not check");
  }
}

function encodeOperation({ key, value }: Operation): Uint8Array {
  const bytes = Buffer.alloc(7 + key.length + (value?.length ?? 0));
  bytes.writeUInt8(value ? 1 : 0, 0);
  bytes.writeUInt16BE(key.length, 1);
  bytes.writeUInt32BE(value?.length ?? 0, 3);
  bytes.write(key, 7, "latin1");
  if (value) bytes.set(value, 7 + key.length);
  return bytes;
}

function* decodeOperations(payload: Buffer): Generator<Operation> {
  for (let position = 0; position < payload.length;) {
    const keyEnd = position + 7 + payload.readUInt16BE(position + 1);
    const end = keyEnd + payload.readUInt32BE(position + 3);
    yield {
      key: payload.toString("latin1", position + 7, keyEnd),
      value: payload[position] === 1 ? new Uint8Array(payload.subarray(keyEnd, end)) : undefined,
    };
    position = end;
  }
}

function encodeUnit(fileNumber: number, position: number, payload: Uint8Array): Uint8Array {
  const unit = Buffer.alloc(unitHeaderLength + payload.length);
  unit.writeUInt32BE(magic, 0);
  unit.writeUInt32BE(payload.length, 4);
  unit.writeDoubleBE(checksum(payload, fileNumber, position), 8);
  unit.set(payload, unitHeaderLength);
  return unit;
}

/** The payload of the unit at a position; its place is part of the checksum, so a copy elsewhere is none. */
function unitAt(bytes: Buffer, position: number, fileNumber: number): Buffer | undefined {
  if (position + unitHeaderLength > bytes.length) return undefined;
  if (bytes.readUInt32BE(position) !== magic) return undefined;
  const start = position + unitHeaderLength;
  const end = start + bytes.readUInt32BE(position + 4);
  if (end > bytes.length) return undefined;
  const payload = bytes.subarray(start, end);
  return bytes.readDoubleBE(position + 8) === checksum(payload, fileNumber, position)
    ? payload
    : undefined;
}

/** `followed`: behind the damage lies a unit that was only written once the damaged one was synced. */
function parseUnits(bytes: Buffer, fileNumber: number) {
  const units: Buffer[] = [];
  let position = 0;
  while (position < bytes.length) {
    const payload = unitAt(bytes, position, fileNumber);
    if (!payload) break;
    units.push(payload);
    position += unitHeaderLength + payload.length;
  }
  if (position === bytes.length) return { units, damagedAt: undefined, followed: false };
  let followed = false;
  for (let later = position + 1; later < bytes.length && !followed; later += 1) {
    followed = unitAt(bytes, later, fileNumber) !== undefined;
  }
  return { units, damagedAt: position, followed };
}

async function readAll(file: DiskFile): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let position = 0; ;) {
    const part = await file.read(position, 65536);
    if (part.length === 0) return Buffer.concat(parts);
    parts.push(part);
    position += part.length;
  }
}

function numbersOf(prefix: string, names: string[]): number[] {
  return names
    .filter((name) => name.startsWith(prefix))
    .map((name) => Number(name.slice(prefix.length)))
    .sort((left, right) => left - right);
}

function keyText(key: Uint8Array): string {
  if (!(key instanceof Uint8Array) || key.length < 1 || key.length > 1024) {
    throw new InvalidArgumentError("Expected `key` to be 1–1024 bytes.");
  }
  return Buffer.from(key).toString("latin1");
}

function wholeNumber(name: string, value: number, min: number): number {
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw new InvalidArgumentError(`Expected \`${name}\` to be a whole number from ${min}.`);
}

/** 53 bits: chance does not fake a unit. */
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
