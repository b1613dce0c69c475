/**
 * Another right implementation: every put appends its own record at once, and whoever has appended
 * shares the next sync. Must pass up to level 5.
 *
 *   journal-<n>   records of single writes, in whatever order the disk let overlapping appends land
 *   base-<n>      every effect of the writes numbered below n; renamed to this name only when synced
 *
 *   record: magic 4 | length 4 | checksum 8 | sequence 8 | durable through 8 | operation
 *
 * Writes and new journals are numbered in one sequence, in the order of their calls; the highest
 * number wins a key. A record may be missing in the middle while later ones were synced, so recovery
 * looks for records behind any damage. Each record says up to which number everything had been synced
 * when it was written: a lower number that is missing was rotten, all others were torn. A copy of a
 * record inside a value is harmless: its number is known already, or its journal is another one.
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
  const store = new SharedSyncStore(options, lock, segmentBytesMax, writersWaitingMax);
  try {
    await store.recover();
    return store;
  } catch (error) {
    await store.letGo();
    throw error;
  }
}

interface Version {
  sequence: number;
  value: Uint8Array | undefined;
}

interface Operation {
  key: string;
  value: Uint8Array | undefined;
}

const magic = 0x1d0c4a7e;
const recordHeaderLength = 32;
const baseHeaderLength = 16;

/** One file that writers append to and sync together. */
class Journal {
  readonly number: number;
  readonly ready: Promise<DiskFile>;
  bytesReserved = 0;
  #appended: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  #syncing = false;
  #failure: Error | undefined;

  constructor(number: number, ready: Promise<DiskFile>) {
    this.number = number;
    this.ready = ready;
  }

  /** Resolves after a sync that was called after this call. */
  synced(file: DiskFile): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure) {
        reject(this.#failure);
        return;
      }
      this.#appended.push({ resolve, reject });
      if (!this.#syncing) void this.#syncWhileWanted(file);
    });
  }

  async #syncWhileWanted(file: DiskFile): Promise<void> {
    this.#syncing = true;
    while (this.#appended.length > 0) {
      // Whoever appends from here on is not covered and waits for the next round.
      const covered = this.#appended;
      this.#appended = [];
      try {
        await file.sync();
        for (const writer of covered) writer.resolve();
      } catch (error) {
        // No later sync can vouch for these bytes, so this journal never syncs again.
        this.#failure = new StorageError("The journal could not be synced.", { cause: error });
        for (const writer of [...covered, ...this.#appended]) writer.reject(error);
        return;
      }
    }
    this.#syncing = false;
  }
}

class SharedSyncStore implements DurableKv {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #lock: DiskLock;
  readonly #segmentBytesMax: number;
  readonly #writersWaitingMax: number;
  /** Only synced versions. A deletion stays until no older write can arrive any more. */
  readonly #versions = new Map<string, Version>();
  /** Numbers given out, in order, and not durable; failed ones stay for ever. */
  readonly #pending = new Map<number, Promise<unknown>>();
  #sequence = 0;
  #journals: Journal[] = [];
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
    this.#lock = lock;
    this.#segmentBytesMax = segmentBytesMax;
    this.#writersWaitingMax = writersWaitingMax;
  }

  async recover(): Promise<void> {
    const names = await this.#disk.list(this.#directory);
    const base = numbersOf("base-", names).at(-1) ?? 0;
    if (base > 0) await this.#readBase(base);
    const found = new Set<number>();
    const gaps: { journal: number; offset: number }[] = [];
    let durableThrough = 0;
    const journals = numbersOf("journal-", names).filter((number) => number >= base);
    for (const number of journals) {
      found.add(number);
      const bytes = await this.#readFile(`journal-${number}`);
      for (let position = 0, inGap = false; position < bytes.length;) {
        const record = recordAt(bytes, position, number);
        if (record) {
          found.add(record.sequence);
          durableThrough = Math.max(durableThrough, record.durableThrough);
          this.#apply(record.sequence, record);
          position += record.length;
        } else {
          if (!inGap) gaps.push({ journal: number, offset: position });
          position += 1;
        }
        inGap = !record;
      }
    }
    for (let sequence = base + 1; sequence <= durableThrough; sequence += 1) {
      if (found.has(sequence)) continue;
      const journal = journals.filter((number) => number < sequence).at(-1) ?? base;
      const offset = gaps.find((gap) => gap.journal === journal)?.offset ?? 0;
      throw new CorruptionError(
        `${this.#directory}/journal-${journal}`,
        offset,
        `write ${sequence} had been synced and is gone`,
      );
    }
    const used = ["base-", "journal-", "new-"].flatMap((prefix) => numbersOf(prefix, names));
    this.#sequence = [...used, ...found].reduce((highest, number) => Math.max(highest, number), 0);
    const journal = this.#startJournal();
    await journal.ready;
    await this.#writeBase(journal.number);
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#refuseWhenClosed();
    const value = this.#versions.get(keyText(key))?.value;
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
    for (const journal of this.#journals) await closeQuietly(journal);
    await this.#lock.release();
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#pending.values());
    await this.#compaction?.catch(() => undefined);
    await this.letGo();
  }

  async #write(operation: Operation): Promise<void> {
    if (this.#writersWaiting >= this.#writersWaitingMax) {
      throw new OverloadedError(`${this.#writersWaiting} writes are waiting already.`);
    }
    if (this.#failure) throw this.#failure;
    const length = recordHeaderLength + operationLength(operation);
    let journal = this.#journals.at(-1);
    const full = (journal?.bytesReserved ?? 0) + length > this.#segmentBytesMax;
    if (!journal || (full && journal.bytesReserved > 0)) journal = this.#startJournal();
    journal.bytesReserved += length;
    this.#writersWaiting += 1;
    try {
      await this.#numbered((sequence) => this.#appendAndSync(journal, sequence, operation));
    } finally {
      this.#writersWaiting -= 1;
    }
  }

  async #appendAndSync(journal: Journal, sequence: number, operation: Operation): Promise<void> {
    const file = await journal.ready;
    // Its own number is pending, so the first pending one always exists.
    const durableThrough = (this.#pending.keys().next().value ?? sequence) - 1;
    await file.append(encodeRecord(journal.number, sequence, durableThrough, operation));
    await journal.synced(file);
    this.#apply(sequence, operation);
  }

  #startJournal(): Journal {
    let number = 0;
    const ready = this.#numbered(async (sequence) => {
      number = sequence;
      const path = `${this.#directory}/journal-${sequence}`;
      const file = await this.#disk.open(path, { create: true });
      await this.#disk.syncDirectory(this.#directory);
      return file;
    });
    ready.catch(() => undefined);
    const journal = new Journal(number, ready);
    this.#journals.push(journal);
    return journal;
  }

  /** Gives a task the next number, which is durable when the task resolves. */
  #numbered<Result>(task: (sequence: number) => Promise<Result>): Promise<Result> {
    this.#sequence += 1;
    const sequence = this.#sequence;
    // The number is pending before the task asks for the first pending one.
    this.#pending.set(sequence, Promise.resolve());
    const outcome = task(sequence).then(
      (result) => {
        this.#pending.delete(sequence);
        return result;
      },
      (error: unknown) => {
        throw this.#fail(error);
      },
    );
    this.#pending.set(sequence, outcome);
    return outcome;
  }

  async #compactNow(): Promise<void> {
    if (this.#failure) throw this.#failure;
    const journal = this.#startJournal();
    const older = this.#journals.slice(0, -1);
    try {
      const writesBefore = [...this.#pending].filter(([sequence]) => sequence <= journal.number);
      await Promise.all(writesBefore.map(([, outcome]) => outcome));
      for (const [key, { value, sequence }] of this.#versions) {
        if (value === undefined && sequence < journal.number) this.#versions.delete(key);
      }
      await this.#writeBase(journal.number);
    } catch (error) {
      throw this.#fail(error);
    }
    this.#journals = this.#journals.filter((other) => !older.includes(other));
    for (const other of older) await closeQuietly(other);
  }

  /** What later writes have already changed may be in it too: their journal is replayed over it. */
  async #writeBase(number: number): Promise<void> {
    const operations = [...this.#versions].map(([key, { value }]) => ({ key, value }));
    const body = Buffer.concat(
      operations.filter(({ value }) => value !== undefined).map(encodeOperation),
    );
    const header = Buffer.alloc(baseHeaderLength);
    header.writeDoubleBE(body.length, 0);
    header.writeDoubleBE(checksum(body, number), 8);
    const path = `${this.#directory}/new-${number}`;
    const file = await this.#disk.open(path, { create: true });
    try {
      await file.append(header);
      const sliceLength = Math.max(4096, Math.ceil(body.length / 16));
      for (let start = 0; start < body.length; start += sliceLength) {
        await file.append(body.subarray(start, start + sliceLength));
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await this.#disk.rename(path, `${this.#directory}/base-${number}`);
    // Only a base whose name is durable makes the files before it superfluous.
    await this.#disk.syncDirectory(this.#directory);
    const names = await this.#disk.list(this.#directory);
    for (const prefix of ["base-", "journal-", "new-"]) {
      for (const old of numbersOf(prefix, names).filter((other) => other < number)) {
        await this.#disk.remove(`${this.#directory}/${prefix}${old}`);
      }
    }
    await this.#disk.syncDirectory(this.#directory);
  }

  async #readBase(number: number): Promise<void> {
    const bytes = await this.#readFile(`base-${number}`);
    const body = bytes.subarray(baseHeaderLength);
    const whole =
      bytes.length >= baseHeaderLength &&
      bytes.readDoubleBE(0) === body.length &&
      bytes.readDoubleBE(8) === checksum(body, number);
    if (!whole) {
      throw new CorruptionError(`${this.#directory}/base-${number}`, 0, "it was synced whole");
    }
    for (let position = 0; position < body.length;) {
      const operation = decodeOperation(body.subarray(position));
      this.#apply(0, operation);
      position += operationLength(operation);
    }
  }

  async #readFile(name: string): Promise<Buffer> {
    const file = await this.#disk.open(`${this.#directory}/${name}`);
    try {
      const parts: Uint8Array[] = [];
      for (let position = 0; ;) {
        const part = await file.read(position, 65536);
        if (part.length === 0) return Buffer.concat(parts);
        parts.push(part);
        position += part.length;
      }
    } finally {
      await file.close();
    }
  }

  #apply(sequence: number, { key, value }: Operation): void {
    if ((this.#versions.get(key)?.sequence ?? -1) < sequence) {
      this.#versions.set(key, { sequence, value });
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

function operationLength({ key, value }: Operation): number {
  return 7 + key.length + (value?.length ?? 0);
}

function encodeOperation(operation: Operation): Buffer {
  const { key, value } = operation;
  const bytes = Buffer.alloc(operationLength(operation));
  bytes.writeUInt8(value ? 1 : 0, 0);
  bytes.writeUInt16BE(key.length, 1);
  bytes.writeUInt32BE(value?.length ?? 0, 3);
  bytes.write(key, 7, "latin1");
  if (value) bytes.set(value, 7 + key.length);
  return bytes;
}

function decodeOperation(bytes: Buffer): Operation {
  const keyEnd = 7 + bytes.readUInt16BE(1);
  const value = new Uint8Array(bytes.subarray(keyEnd, keyEnd + bytes.readUInt32BE(3)));
  return { key: bytes.toString("latin1", 7, keyEnd), value: bytes[0] === 1 ? value : undefined };
}

function encodeRecord(
  journal: number,
  sequence: number,
  durableThrough: number,
  operation: Operation,
): Buffer {
  const payload = Buffer.concat([Buffer.alloc(16), encodeOperation(operation)]);
  payload.writeDoubleBE(sequence, 0);
  payload.writeDoubleBE(durableThrough, 8);
  const header = Buffer.alloc(16);
  header.writeUInt32BE(magic, 0);
  header.writeUInt32BE(16 + payload.length, 4);
  header.writeDoubleBE(checksum(payload, journal), 8);
  return Buffer.concat([header, payload]);
}

function recordAt(bytes: Buffer, position: number, journal: number) {
  if (position + recordHeaderLength > bytes.length) return undefined;
  if (bytes.readUInt32BE(position) !== magic) return undefined;
  const length = bytes.readUInt32BE(position + 4);
  if (length < recordHeaderLength || position + length > bytes.length) return undefined;
  const payload = bytes.subarray(position + 16, position + length);
  if (bytes.readDoubleBE(position + 8) !== checksum(payload, journal)) return undefined;
  return {
    ...decodeOperation(payload.subarray(16)),
    length,
    sequence: payload.readDoubleBE(0),
    durableThrough: payload.readDoubleBE(8),
  };
}

async function closeQuietly(journal: Journal): Promise<void> {
  try {
    await (await journal.ready).close();
  } catch {
    // Its writers have been told.
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

/** 53 bits: chance does not fake a record. */
function checksum(bytes: Uint8Array, seed: number): number {
  let first = 0xdeadbeef ^ seed;
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
