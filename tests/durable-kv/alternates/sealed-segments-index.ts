/**
 * Another right implementation: an index in memory, values on disk, segments compacted one by one.
 * Must pass up to level 5.
 *
 *   segment-<order>-<revision>   records; revision 0 is appended to, a later one holds what was worth
 *                                keeping and was synced before it got its name
 *
 *   record: magic 4 | order 4 | revision 4 | position 4 | synced 4 | key length 4 | value length 4 |
 *           checksum 8 | key | value            (value length −1: the key is deleted)
 *
 * `synced` says how far the segment had been synced when the record was written. A segment is followed
 * by another only when it was synced whole. So damage is a torn tail only in revision 0 of the last
 * segment, and there only if no record behind it calls it synced.
 *
 * Compaction goes through the sealed segments in order and keeps the records that the index points to.
 * It drops deletions, because what they deleted lies in earlier segments and has gone before them.
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
  const store = new SegmentStore(options, lock, segmentBytesMax, writersWaitingMax);
  try {
    await store.recover();
    return store;
  } catch (error) {
    await store.letGo();
    throw error;
  }
}

interface SegmentName {
  order: number;
  revision: number;
}

interface Segment extends SegmentName {
  file: DiskFile;
  /** Up to here it is synced. */
  size: number;
  readers: number;
  whenUnread: () => void;
}

interface Location {
  segment: Segment;
  offset: number;
  length: number;
}

interface Operation {
  key: Buffer;
  value: Uint8Array | undefined;
}

interface Write extends Operation {
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface StoredRecord extends Operation {
  valueOffset: number;
  synced: number;
  end: number;
}

const magic = 0x5ea1ed01;
const headerLength = 36;

class SegmentStore implements DurableKv {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #lock: DiskLock;
  readonly #segmentBytesMax: number;
  readonly #writersWaitingMax: number;
  /** Where the last synced value of each key is; keys as latin1 text. */
  readonly #index = new Map<string, Location>();
  /** In the order of their records; the last one is appended to. */
  #segments: Segment[] = [];
  /** Names are never used twice. */
  #revisionMax = 0;
  #queue: Write[] = [];
  #batchScheduled = false;
  #writersWaiting = 0;
  readonly #calls = new Set<Promise<unknown>>();
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
    // A kill may have left names that are not durable yet; from here on they are.
    await this.#disk.syncDirectory(this.#directory);
    const listed = await this.#disk.list(this.#directory);
    const names = listed.filter((name) => !name.endsWith(".new")).map(parseName);
    this.#revisionMax = Math.max(0, ...listed.map((name) => parseName(name).revision));
    const newest = new Map(
      names.sort((left, right) => left.revision - right.revision).map((name) => [name.order, name]),
    );
    const orders = [...newest.keys()].sort((left, right) => left - right);
    let last: { segment: Segment; records: StoredRecord[] } | undefined;
    for (const name of orders.flatMap((order) => newest.get(order) ?? [])) {
      const segment = await this.#openSegment(name);
      this.#segments.push(segment);
      const records = await this.#readSegment(segment, name.order === orders.at(-1));
      this.#point(segment, records);
      last = { segment, records };
    }
    if (last?.segment.revision === 0) {
      // Its end may be torn, or known from the page cache only, so it is written anew.
      await this.#replace(last.segment, last.records);
    }
    const kept = this.#segments.map(({ order, revision }) => formatName({ order, revision }));
    for (const name of listed.filter((name) => !kept.includes(name))) {
      // The replaced one has been removed already.
      await this.#disk.remove(`${this.#directory}/${name}`).catch(ignoreAbsent);
    }
    // An empty revision may only go when no earlier one can come back in its stead.
    await this.#disk.syncDirectory(this.#directory);
    for (const segment of this.#segments.filter(({ size }) => size === 0)) {
      this.#segments = this.#segments.filter((other) => other !== segment);
      await segment.file.close();
      await this.#disk.remove(this.#path(segment));
    }
    await this.#startSegment((orders.at(-1) ?? 0) + 1);
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#call(async () => {
      const location = this.#index.get(checkedKey(key).toString("latin1"));
      if (!location) return undefined;
      const { segment, offset, length } = location;
      segment.readers += 1;
      try {
        return new Uint8Array(await readFully(segment.file, offset, length));
      } finally {
        segment.readers -= 1;
        if (segment.readers === 0) segment.whenUnread();
      }
    });
  }

  put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.#call(async () => {
      const keyBytes = checkedKey(key);
      if (!(value instanceof Uint8Array) || value.length > 2 ** 20) {
        throw new InvalidArgumentError("Expected `value` to be at most 1,048,576 bytes.");
      }
      await this.#write({ key: keyBytes, value: new Uint8Array(value) });
    });
  }

  delete(key: Uint8Array): Promise<void> {
    return this.#call(async () => this.#write({ key: checkedKey(key), value: undefined }));
  }

  compact(): Promise<void> {
    return this.#call(async () => {
      this.#compaction ??= this.#compactNow().finally(() => (this.#compaction = undefined));
      await this.#compaction;
    });
  }

  close(): Promise<void> {
    this.#closing ??= Promise.allSettled([...this.#calls]).then(() => this.letGo());
    return this.#closing;
  }

  async letGo(): Promise<void> {
    for (const { file } of this.#segments) await file.close().catch(() => undefined);
    await this.#lock.release();
  }

  #call<Answer>(task: () => Promise<Answer>): Promise<Answer> {
    if (this.#closing) return Promise.reject(new ClosedError("The store is closed."));
    const answer = task();
    const forget = () => this.#calls.delete(answer);
    this.#calls.add(answer);
    answer.then(forget, forget);
    return answer;
  }

  async #write(operation: Operation): Promise<void> {
    if (this.#writersWaiting >= this.#writersWaitingMax) {
      throw new OverloadedError(`${this.#writersWaiting} writes are waiting already.`);
    }
    this.#writersWaiting += 1;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#queue.push({ ...operation, resolve, reject });
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
    let length = 0;
    let count = 0;
    for (const write of this.#queue) {
      if (count > 0 && length + recordLength(write) > this.#segmentBytesMax) break;
      length += recordLength(write);
      count += 1;
    }
    const batch = this.#queue.splice(0, count);
    if (this.#queue.length > 0) this.#scheduleBatch();
    try {
      if (this.#failure) throw this.#failure;
      const { size, order } = this.#active();
      if (size > 0 && size + length > this.#segmentBytesMax) await this.#startSegment(order + 1);
      const segment = this.#active();
      const { bytes, records } = encodeRecords(segment, segment.size, batch);
      await segment.file.append(bytes);
      await segment.file.sync();
      segment.size += bytes.length;
      this.#point(segment, records);
    } catch (error) {
      const failure = this.#fail(error);
      for (const write of batch) write.reject(failure);
      return;
    }
    for (const write of batch) write.resolve();
  }

  async #compactNow(): Promise<void> {
    try {
      const sealed = await this.#exclusively(async () => {
        if (this.#failure) throw this.#failure;
        const { size, order } = this.#active();
        if (size > 0) await this.#startSegment(order + 1);
        return this.#segments.slice(0, -1);
      });
      for (const segment of sealed) {
        const records = await this.#readSegment(segment, false);
        const live = records.filter(({ key, valueOffset }) => {
          const location = this.#index.get(key.toString("latin1"));
          return location?.segment === segment && location.offset === valueOffset;
        });
        if (live.length < records.length) await this.#replace(segment, live);
      }
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** Puts a new revision that holds only these records in the place of a segment. */
  async #replace(old: Segment, records: StoredRecord[]): Promise<void> {
    // Never a name that a crash has left behind: its file has bytes already.
    this.#revisionMax += 1;
    const name = { order: old.order, revision: this.#revisionMax };
    const path = this.#path(name);
    const file = await this.#disk.open(`${path}.new`, { create: true });
    const segment: Segment = { ...name, file, size: 0, readers: 0, whenUnread: () => undefined };
    const encoded = encodeRecords(name, 0, records);
    try {
      if (encoded.bytes.length > 0) await file.append(encoded.bytes);
      await file.sync();
      await this.#disk.rename(`${path}.new`, path);
      // Only a name that is durable makes the old revision superfluous.
      await this.#disk.syncDirectory(this.#directory);
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    segment.size = encoded.bytes.length;
    this.#segments = this.#segments.map((other) => (other === old ? segment : other));
    records.forEach(({ key, valueOffset }, position) => {
      const text = key.toString("latin1");
      const location = this.#index.get(text);
      const moved = encoded.records[position];
      // A write that was answered meanwhile points elsewhere and stays.
      if (!moved || location?.segment !== old || location.offset !== valueOffset) return;
      this.#index.set(text, { ...location, segment, offset: moved.valueOffset });
    });
    if (old.readers > 0) await new Promise<void>((resolve) => (old.whenUnread = resolve));
    await old.file.close();
    await this.#disk.remove(this.#path(old));
  }

  /** The name is durable before the first record goes in. */
  async #startSegment(order: number): Promise<void> {
    const segment = await this.#openSegment({ order, revision: 0 }, { create: true });
    this.#segments.push(segment);
    await this.#disk.syncDirectory(this.#directory);
  }

  async #openSegment(name: SegmentName, options?: { create: boolean }): Promise<Segment> {
    const file = await this.#disk.open(this.#path(name), options);
    return { ...name, file, size: 0, readers: 0, whenUnread: () => undefined };
  }

  async #readSegment(segment: Segment, isLast: boolean): Promise<StoredRecord[]> {
    segment.size = await segment.file.size();
    const bytes = await readFully(segment.file, 0, segment.size);
    const records: StoredRecord[] = [];
    let position = 0;
    while (position < bytes.length) {
      const record = recordAt(bytes, position, segment);
      if (!record) break;
      records.push(record);
      position = record.end;
    }
    if (position === bytes.length) return records;
    let rotten = !isLast || segment.revision > 0;
    for (let later = position + 1; later < bytes.length && !rotten; later += 1) {
      rotten = (recordAt(bytes, later, segment)?.synced ?? 0) > position;
    }
    if (rotten) throw new CorruptionError(this.#path(segment), position, "it had been synced");
    return records;
  }

  #point(segment: Segment, records: StoredRecord[]): void {
    for (const { key, value, valueOffset } of records) {
      const text = key.toString("latin1");
      if (value) this.#index.set(text, { segment, offset: valueOffset, length: value.length });
      else this.#index.delete(text);
    }
  }

  #exclusively<Result>(task: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(task);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** After an error nobody knows what the disk holds, so nothing is written until the next open. */
  #fail(cause: unknown): Error {
    this.#failure ??= new StorageError("The disk has failed; reopen the store.", { cause });
    return this.#failure;
  }

  #active(): Segment {
    const segment = this.#segments.at(-1);
    if (!segment) throw new StorageError("The store has no segment.");
    return segment;
  }

  #path(name: SegmentName): string {
    return `${this.#directory}/${formatName(name)}`;
  }
}

function recordLength({ key, value }: Operation): number {
  return headerLength + key.length + (value?.length ?? 0);
}

function encodeRecords(segment: SegmentName, start: number, operations: Operation[]) {
  const total = operations.reduce((sum, operation) => sum + recordLength(operation), 0);
  const bytes = Buffer.alloc(total);
  const records: StoredRecord[] = [];
  let position = 0;
  for (const { key, value } of operations) {
    const end = position + recordLength({ key, value });
    const record = bytes.subarray(position, end);
    const numbers = [magic, segment.order, segment.revision, start + position, start, key.length];
    numbers.forEach((number, index) => record.writeUInt32BE(number, 4 * index));
    record.writeInt32BE(value ? value.length : -1, 24);
    record.set(key, headerLength);
    if (value) record.set(value, headerLength + key.length);
    record.writeDoubleBE(checksum(record), 28);
    const valueOffset = start + position + headerLength + key.length;
    records.push({ key, value, valueOffset, synced: start, end: start + end });
    position = end;
  }
  return { bytes, records };
}

/** A record names its own place, so a copy of it inside a value is none. */
function recordAt(bytes: Buffer, position: number, segment: SegmentName): StoredRecord | undefined {
  if (position + headerLength > bytes.length) return undefined;
  const place = [magic, segment.order, segment.revision, position];
  if (place.some((number, index) => bytes.readUInt32BE(position + 4 * index) !== number)) {
    return undefined;
  }
  const valueOffset = position + headerLength + bytes.readUInt32BE(position + 20);
  const valueLength = bytes.readInt32BE(position + 24);
  const end = valueOffset + Math.max(0, valueLength);
  if (end > bytes.length) return undefined;
  const record = Buffer.from(bytes.subarray(position, end));
  const stored = record.readDoubleBE(28);
  record.fill(0, 28, headerLength);
  if (stored !== checksum(record)) return undefined;
  return {
    key: record.subarray(headerLength, valueOffset - position),
    value: valueLength < 0 ? undefined : record.subarray(valueOffset - position),
    valueOffset,
    synced: record.readUInt32BE(16),
    end,
  };
}

async function readFully(file: DiskFile, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let position = 0; position < length;) {
    const part = await file.read(start + position, length - position);
    if (part.length === 0) throw new StorageError("The file ends before a value does.");
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

function formatName({ order, revision }: SegmentName): string {
  return `segment-${order}-${revision}`;
}

function parseName(name: string): SegmentName {
  const [, order, revision] = name.split("-");
  return { order: Number(order), revision: Number.parseInt(revision ?? "", 10) };
}

function ignoreAbsent(error: unknown): void {
  const absent = error instanceof Error && "code" in error && error.code === "NOT_FOUND";
  if (!absent) throw error;
}

function checkedKey(key: Uint8Array): Buffer {
  if (key instanceof Uint8Array && key.length >= 1 && key.length <= 1024) return Buffer.from(key);
  throw new InvalidArgumentError("Expected `key` to be 1–1024 bytes.");
}

function wholeNumber(name: string, value: number, min: number): number {
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw new InvalidArgumentError(`Expected \`${name}\` to be a whole number from ${min}.`);
}

/** 53 bits: chance does not fake a record. */
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
