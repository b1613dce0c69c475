/**
 * Another right implementation, of level 5, after Bitcask and WiscKey: all keys are in memory with the place of their
 * value, so no filter and no index is needed, and a get reads one value. Both strategies are the same: when too much of
 * the files is garbage, all that lives is written anew.
 *
 *   log-N    batches: length:4 checksum:4 entry*       of one memtable
 *   run-N    (checksum:4 value)* in the order of keys, then checksum:4 (keyLength:2 valueLength:4 key)*
 *   list-N   checksum:4 and JSON: the runs from the oldest to the newest, and the first log that is not in them
 *
 * One turn after the other takes writes, flushes and merges; reads wait for none.
 */
import { crc32 } from "node:zlib";
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import {
  ClosedError,
  CorruptionError,
  errorCode,
  InvalidArgumentError,
  OverloadedError,
  StorageError,
} from "#platform/errors.ts";

export const level = 5;

/** Of a key: bytes as characters, so that `<` is the order of the contract. No value: a tombstone. */
type Pair = readonly [key: string, value: string | undefined];

interface Run {
  readonly number: number;
  readonly path: string;
  readonly file: DiskFile;
  readonly keysAt: number;
  readonly size: number;
  /** The list of runs is a reader too. */
  readers: number;
}

interface Place {
  readonly run: Run;
  readonly offset: number;
  readonly length: number;
}

interface Waiting {
  readonly pair: Pair;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const noValue = 0xffffffff;
const runsMax = 64;
const logBytesMax = 4_194_304;
const readAheadBytes = 16_384;

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new KeysInMemory(options).opened();
}

class KeysInMemory implements LsmTree {
  readonly #options: LsmTreeOptions;
  readonly #threshold: number;
  readonly #waitingMax: number;
  #lock: DiskLock | undefined;
  #lastNumber = 0;
  #list = 0;

  #memtable = new Map<string, string | undefined>();
  readonly #places = new Map<string, Place>();
  #sortedKeys: readonly string[] | undefined;
  #runs: readonly Run[] = [];
  #liveBytes = 0;
  #log: { file: DiskFile; number: number; bytes: number } | undefined;

  #queue: Waiting[] = [];
  #writers = 0;
  #turns: Promise<unknown> = Promise.resolve();
  readonly #reads = new Set<Promise<unknown>>();
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: LsmTreeOptions) {
    const { memtableThreshold = 1000, writersWaitingMax = 1024, compaction = "leveled" } = options;
    for (const limit of [memtableThreshold, writersWaitingMax])
      if (!Number.isSafeInteger(limit) || limit < 1) refuse("a limit is no whole number from 1");
    if (!["leveled", "size-tiered"].includes(compaction)) refuse("there is no such strategy");
    this.#options = options;
    this.#threshold = memtableThreshold;
    this.#waitingMax = writersWaitingMax;
  }

  // ── Open and close ──────────────────────────────────────────────────────────────────────────

  async opened(): Promise<this> {
    this.#lock = await this.#options.disk.lock(this.#options.directory);
    try {
      await this.#recover();
      return this;
    } catch (error) {
      await this.#letGo();
      throw error;
    }
  }

  async #recover(): Promise<void> {
    const { disk, directory } = this.#options;
    const names = await disk.list(directory);
    const numbersOf = (kind: string): number[] =>
      names
        .filter((name) => name.startsWith(`${kind}-`))
        .map((name) => Number(name.slice(kind.length + 1)))
        .sort((left, right) => left - right);
    const [lists, logs, runs] = [numbersOf("list"), numbersOf("log"), numbersOf("run")];
    this.#lastNumber = Math.max(0, ...lists, ...logs, ...runs);
    let listed: { logFrom: number; runs: [number, number, number][] } | undefined;
    for (const number of lists.toReversed()) {
      const text = contentOf(await this.#readAll(this.#path("list", number)));
      if (text === undefined) continue;
      listed = JSON.parse(text.toString()) as typeof listed;
      break;
    }
    // Every life begins with a list, so one that was cut off has another before it.
    if (listed === undefined && logs.length + runs.length > 0)
      throw new CorruptionError(this.#path("list", lists.at(-1) ?? 0), 0, "no list is whole");
    for (const [number, keysAt, size] of listed?.runs ?? []) {
      const path = this.#path("run", number);
      const run = { number, path, file: await disk.open(path), keysAt, size, readers: 1 };
      this.#runs = [...this.#runs, run];
      const keys = contentOf(await readFully(run.file, keysAt, size - keysAt));
      if (keys === undefined) throw new CorruptionError(path, keysAt, "its keys do not fit");
      this.#learn(run, keys);
    }
    for (const number of logs) {
      if (number < (listed?.logFrom ?? 0)) continue;
      const bytes = await this.#readAll(this.#path("log", number));
      for (let at = 0; at + 8 <= bytes.length;) {
        const end = at + 8 + bytes.readUInt32BE(at);
        const batch = end <= bytes.length ? contentOf(bytes.subarray(at + 4, end)) : undefined;
        if (batch === undefined || batch.length === 0) break;
        for (const [key, value] of pairsOf(batch)) this.#memtable.set(key, value);
        at = end;
      }
    }
    // What was read may never have been synced: it gets a run and a list of its own.
    await this.#flushMemtable();
    const kept = new Set([
      `list-${this.#list}`,
      ...this.#runs.map(({ number }) => `run-${number}`),
    ]);
    for (const name of names) if (!kept.has(name)) await this.#remove(`${directory}/${name}`);
  }

  async #readAll(path: string): Promise<Buffer> {
    const file = await this.#options.disk.open(path);
    try {
      return await readFully(file, 0, await file.size());
    } finally {
      await file.close();
    }
  }

  close(): Promise<void> {
    this.#closing ??= (async () => {
      for (let last; last !== this.#turns;) await (last = this.#turns);
      await Promise.allSettled(this.#reads);
      await this.#letGo();
    })();
    return this.#closing;
  }

  async #letGo(): Promise<void> {
    for (const { file } of [...this.#runs, ...(this.#log === undefined ? [] : [this.#log])])
      await file.close().catch(() => undefined);
    await this.#lock?.release();
  }

  // ── Write ───────────────────────────────────────────────────────────────────────────────────

  async put(key: string, value: string): Promise<void> {
    this.#refuseWhenClosed();
    bytesOf(value, 1_048_576);
    await this.#write([bytesOf(key, 1024), value]);
  }

  async delete(key: string): Promise<void> {
    this.#refuseWhenClosed();
    await this.#write([bytesOf(key, 1024), undefined]);
  }

  async #write(pair: Pair): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#writers >= this.#waitingMax) throw new OverloadedError("Too many writers wait.");
    this.#writers++;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#queue.push({ pair, resolve, reject });
        if (this.#queue.length === 1) this.#inTurn(() => this.#commit()).catch(() => undefined);
      });
    } finally {
      this.#writers--;
    }
  }

  /** One after the other; after a failure none. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turns.then(async () => {
      try {
        if (this.#failure !== undefined) throw this.#failure;
        await work();
      } catch (error) {
        const isKnown = error instanceof Error && errorCode(error) !== undefined;
        this.#failure ??= isKnown ? error : new StorageError("The disk failed.", { cause: error });
        for (const { reject } of this.#queue.splice(0)) reject(this.#failure);
        throw this.#failure;
      }
    });
    this.#turns = turn.catch(() => undefined);
    return turn;
  }

  async #commit(): Promise<void> {
    const batch = this.#queue.splice(0, this.#threshold - this.#memtable.size);
    if (batch.length === 0) return;
    try {
      await this.#appendToLog(batch.map(({ pair }) => pair));
    } catch (error) {
      for (const { reject } of batch) reject(new StorageError("Not safe.", { cause: error }));
      throw error;
    }
    for (const { pair, resolve } of batch) {
      this.#memtable.set(...pair);
      resolve();
    }
    const isFull = this.#memtable.size >= this.#threshold;
    if (isFull || (this.#log?.bytes ?? 0) > logBytesMax) {
      await this.#flushMemtable();
      await this.#mergeWhenDue();
    }
    if (this.#queue.length > 0) this.#inTurn(() => this.#commit()).catch(() => undefined);
  }

  async #appendToLog(pairs: readonly Pair[]): Promise<void> {
    const { disk, directory } = this.#options;
    if (this.#log === undefined) {
      const number = ++this.#lastNumber;
      const file = await disk.open(this.#path("log", number), { create: true });
      this.#log = { file, number, bytes: 0 };
    }
    const { file, bytes } = this.#log;
    const content = checked(Buffer.concat(pairs.map(pairBytes)));
    await file.append(Buffer.concat([uint32(content.length - 4), content]));
    await file.sync();
    if (bytes === 0) await disk.syncDirectory(directory);
    this.#log.bytes += 4 + content.length;
  }

  // ── Flush and merge ─────────────────────────────────────────────────────────────────────────

  async flush(): Promise<void> {
    this.#refuseWhenClosed();
    await this.#inTurn(async () => {
      if (this.#memtable.size === 0) return;
      await this.#flushMemtable();
      await this.#mergeWhenDue();
    });
  }

  async compact(): Promise<void> {
    this.#refuseWhenClosed();
    await this.#inTurn(async () => {
      if (this.#memtable.size > 0) await this.#flushMemtable();
      await this.#merge();
    });
  }

  async #flushMemtable(): Promise<void> {
    const pairs = [...this.#memtable].sort(([left], [right]) => (left < right ? -1 : 1));
    await this.#install([...this.#runs, ...(await this.#writeRun(pairs))], true);
  }

  async #mergeWhenDue(): Promise<void> {
    const bytes = this.#runs.reduce((sum, { size }) => sum + size, 0);
    if (this.#runs.length > runsMax || bytes > 1.6 * this.#liveBytes + 32_768) await this.#merge();
  }

  /** All that lives, in one new run; then nothing is left that a tombstone could hide. */
  async #merge(): Promise<void> {
    const before = this.#runs;
    const pairs: Pair[] = [];
    const contents = new Map<Run, Buffer>();
    for (const run of before) contents.set(run, await readFully(run.file, 0, run.keysAt));
    for (const key of this.#keys()) {
      const place = this.#places.get(key);
      if (place === undefined) continue;
      pairs.push([key, valueAt(place, contents.get(place.run) ?? Buffer.alloc(0), 0)]);
    }
    await this.#install(await this.#writeRun(pairs), false);
    for (const run of before) {
      await this.#remove(run.path);
      this.#release([run]);
    }
  }

  /** A run with the keys that are to be learned with it; of nothing there is none. */
  async #writeRun(pairs: readonly Pair[]): Promise<Run[]> {
    if (pairs.length === 0) return [];
    const { disk, directory } = this.#options;
    const number = ++this.#lastNumber;
    const path = this.#path("run", number);
    const values = pairs.map(([, value]) =>
      value === undefined ? "" : checked(Buffer.from(value)),
    );
    const body = Buffer.concat(values.filter((value) => value !== ""));
    const keys = checked(
      Buffer.concat(
        pairs.map(([key], index) => {
          const value = values[index] ?? "";
          return keyBytes(key, value === "" ? noValue : value.length - 4);
        }),
      ),
    );
    const file = await disk.open(path, { create: true });
    await file.append(Buffer.concat([body, keys]));
    await file.sync();
    await disk.syncDirectory(directory);
    const size = body.length + keys.length;
    const run = { number, path, file, keysAt: body.length, size, readers: 1 };
    this.#written.set(run, keys.subarray(4));
    return [run];
  }

  /** Keys of runs that are not yet listed. */
  readonly #written = new WeakMap<Run, Buffer>();

  /** Shows the runs when they are safe; with a flush the memtable goes in the same turn, and then its log. */
  async #install(runs: readonly Run[], isFlush: boolean): Promise<void> {
    const { disk, directory } = this.#options;
    const number = ++this.#lastNumber;
    const logFrom = isFlush ? number : (this.#log?.number ?? number);
    const rows = runs.map((run) => [run.number, run.keysAt, run.size]);
    const file = await disk.open(this.#path("list", number), { create: true });
    await file.append(checked(Buffer.from(JSON.stringify({ logFrom, runs: rows }))));
    await file.sync();
    await file.close();
    await disk.syncDirectory(directory);
    if (!isFlush) {
      this.#places.clear();
      this.#liveBytes = 0;
    }
    for (const run of runs) {
      const keys = this.#written.get(run);
      if (keys !== undefined) this.#learn(run, keys);
      this.#written.delete(run);
    }
    this.#runs = runs;
    if (isFlush) this.#memtable = new Map();
    const before = this.#list;
    this.#list = number;
    if (before > 0) await this.#remove(this.#path("list", before));
    if (!isFlush || this.#log === undefined) return;
    const log = this.#log;
    this.#log = undefined;
    await log.file.close().catch(() => undefined);
    await this.#remove(this.#path("log", log.number));
  }

  #learn(run: Run, keys: Buffer): void {
    this.#sortedKeys = undefined;
    let offset = 0;
    for (let at = 0; at < keys.length;) {
      const end = at + 6 + keys.readUInt16BE(at);
      const length = keys.readUInt32BE(at + 2);
      const key = keys.toString("latin1", at + 6, end);
      const old = this.#places.get(key);
      if (old !== undefined) this.#liveBytes -= old.length + key.length + 10;
      this.#places.delete(key);
      if (length !== noValue) {
        this.#places.set(key, { run, offset, length });
        this.#liveBytes += length + key.length + 10;
        offset += 4 + length;
      }
      at = end;
    }
  }

  /** What cannot be removed does no harm: the next open tries again. */
  async #remove(path: string): Promise<void> {
    await this.#options.disk.remove(path).catch(() => undefined);
  }

  // ── Read ────────────────────────────────────────────────────────────────────────────────────

  async get(text: string): Promise<string | undefined> {
    this.#refuseWhenClosed();
    const key = bytesOf(text, 1024);
    if (this.#memtable.has(key)) return this.#memtable.get(key);
    const place = this.#places.get(key);
    if (place === undefined) return undefined;
    this.#hold([place.run]);
    const reading = readFully(place.run.file, place.offset, 4 + place.length).finally(() => {
      this.#release([place.run]);
    });
    return valueAt(place, await this.#tracked(reading), place.offset);
  }

  range(start?: string, end?: string): AsyncIterable<Entry> {
    this.#refuseWhenClosed();
    const from = start === undefined ? "" : bytesOf(start, 1024);
    const to = end === undefined ? undefined : bytesOf(end, 1024);
    const done = { done: true, value: undefined } as const;
    let held: readonly Run[] = [];
    let view: (readonly [key: string, found: Place | string])[] | undefined;
    let ahead: { run: Run; start: number; bytes: Buffer } | undefined;
    let at = 0;
    let isOver = false;
    const leave = (): typeof done => {
      isOver = true;
      this.#release(held);
      held = [];
      view = [];
      ahead = undefined;
      return done;
    };
    const valueOf = async (index: number, place: Place): Promise<string> => {
      const isAhead = (): boolean =>
        ahead?.run === place.run &&
        place.offset >= ahead.start &&
        place.offset + 4 + place.length <= ahead.start + ahead.bytes.length;
      if (!isAhead()) {
        let last = place;
        for (const [, next] of view?.slice(index + 1, index + 65) ?? []) {
          if (typeof next === "string" || next.run !== place.run) continue;
          if (next.offset + next.length - place.offset > readAheadBytes) break;
          last = next;
        }
        const length = last.offset + 4 + last.length - place.offset;
        const bytes = await readFully(place.run.file, place.offset, length);
        ahead = { run: place.run, start: place.offset, bytes };
      }
      return valueAt(place, ahead?.bytes ?? Buffer.alloc(0), ahead?.start ?? 0);
    };
    const step = async (): Promise<IteratorResult<Entry>> => {
      const found = view?.[at];
      if (found === undefined) return leave();
      at++;
      const [key, value] = found;
      const text = typeof value === "string" ? value : await valueOf(at - 1, value);
      return { done: false, value: [Buffer.from(key, "latin1").toString(), text] };
    };
    const iterator: AsyncIterator<Entry> = {
      next: async () => {
        if (isOver) return done;
        this.#refuseWhenClosed();
        if (view === undefined) {
          held = this.#hold(this.#runs);
          view = this.#view(from, to);
        }
        try {
          return await this.#tracked(step());
        } catch (error) {
          leave();
          throw error;
        }
      },
      return: async () => leave(),
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  /** What lives between the bounds, with its value or the place of it. */
  #view(from: string, to: string | undefined): [key: string, found: Place | string][] {
    const isIn = (key: string): boolean => key >= from && (to === undefined || key < to);
    const found = new Map<string, Place | string | undefined>();
    const keys = this.#keys();
    for (let index = firstFrom(keys, from); index < keys.length; index++) {
      const key = keys[index] ?? "";
      if (!isIn(key)) break;
      found.set(key, this.#places.get(key));
    }
    for (const [key, value] of this.#memtable) if (isIn(key)) found.set(key, value);
    return [...found]
      .flatMap(([key, value]): [string, Place | string][] =>
        value === undefined ? [] : [[key, value]],
      )
      .sort(([left], [right]) => (left < right ? -1 : 1));
  }

  #keys(): readonly string[] {
    this.#sortedKeys ??= [...this.#places.keys()].sort((left, right) => (left < right ? -1 : 1));
    return this.#sortedKeys;
  }

  #hold(runs: readonly Run[]): readonly Run[] {
    for (const run of runs) run.readers++;
    return runs;
  }

  #release(runs: readonly Run[]): void {
    for (const run of runs) {
      run.readers--;
      if (run.readers === 0) run.file.close().catch(() => undefined);
    }
  }

  /** Close waits for it. */
  async #tracked<Answer>(read: Promise<Answer>): Promise<Answer> {
    this.#reads.add(read);
    try {
      return await read;
    } finally {
      this.#reads.delete(read);
    }
  }

  #path(kind: "log" | "run" | "list", number: number): string {
    return `${this.#options.directory}/${kind}-${number}`;
  }

  #refuseWhenClosed(): void {
    if (this.#closing !== undefined) throw new ClosedError("The tree is closed.");
  }
}

// ── Bytes ─────────────────────────────────────────────────────────────────────────────────────

function firstFrom(keys: readonly string[], from: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

function uint32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number, 0);
  return bytes;
}

function checked(content: Buffer): Buffer {
  return Buffer.concat([uint32(crc32(content)), content]);
}

/** What stands behind a checksum that fits. */
function contentOf(bytes: Buffer): Buffer | undefined {
  if (bytes.length < 4) return undefined;
  return bytes.readUInt32BE(0) === crc32(bytes.subarray(4)) ? bytes.subarray(4) : undefined;
}

/** The value of a place in bytes that begin at `start` of its file. */
function valueAt({ run, offset, length }: Place, bytes: Buffer, start: number): string {
  const value = bytes.subarray(offset - start, offset - start + 4 + length);
  const content = value.length === 4 + length ? contentOf(value) : undefined;
  if (content === undefined) throw new CorruptionError(run.path, offset, "a value does not fit");
  return content.toString();
}

function keyBytes(key: string, valueLength: number): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt16BE(key.length, 0);
  head.writeUInt32BE(valueLength, 2);
  return Buffer.concat([head, Buffer.from(key, "latin1")]);
}

function pairBytes([key, value]: Pair): Buffer {
  const bytes = Buffer.from(value ?? "");
  return Buffer.concat([keyBytes(key, value === undefined ? noValue : bytes.length), bytes]);
}

function* pairsOf(bytes: Buffer): Generator<Pair> {
  for (let at = 0; at < bytes.length;) {
    const keyEnd = at + 6 + bytes.readUInt16BE(at);
    const length = bytes.readUInt32BE(at + 2);
    const end = keyEnd + (length === noValue ? 0 : length);
    const value = length === noValue ? undefined : bytes.toString("utf8", keyEnd, end);
    yield [bytes.toString("latin1", at + 6, keyEnd), value];
    at = end;
  }
}

async function readFully(file: DiskFile, position: number, length: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let got = 0; got < length;) {
    const part = await file.read(position + got, length - got);
    if (part.length === 0) break;
    parts.push(part);
    got += part.length;
  }
  return Buffer.concat(parts);
}

/** The UTF-8 bytes of a text, each as a character. */
function bytesOf(text: unknown, bytesMax: number): string {
  if (typeof text !== "string" || /\p{Surrogate}/u.test(text)) refuse("this is no text");
  const bytes = Buffer.from(text).toString("latin1");
  if (bytes.length > bytesMax) refuse(`there are more than ${bytesMax} bytes`);
  return bytes;
}

function refuse(why: string): never {
  throw new InvalidArgumentError(`Refused: ${why}.`);
}
