/**
 * Another right implementation, of level 5: whole runs, numbered files, and two loops in the background, one that makes
 * tables of memtables and one that merges them. Writers wait for both, readers for neither.
 *
 *   log-N    batches [length u32][crc u32][entries], one sync each; one log a memtable
 *   table-N  blocks [entries][crc u32], then what is known of them: largest key, index, filter, crc
 *   list-N   crc and JSON: the runs from the newest to the oldest; a new file for each change, the highest whole one counts
 *
 * An open replays the logs into a table of its own and writes a list of its own, so what it shows is durable. A file is
 * removed as soon as no list names it; who still reads it has it open.
 */
import type { Disk, DiskFile, DiskLock } from "#platform/disk.ts";
import {
  ClosedError,
  CorruptionError,
  InvalidArgumentError,
  OverloadedError,
  StorageError,
  errorCode,
} from "#platform/errors.ts";
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";

export const level = 5;

const blockBytes = 4096;
export const bitsPerKey = 10;
const probes = 7;
const chunkBytes = 65_536;
const runsMax = 30;
const tombstoneLength = 0xffff_ffff;

type Value = string | null;
export type Pair = readonly [key: string, value: Value];

interface Block {
  firstKey: string;
  offset: number;
  length: number;
}

export interface Run {
  number: number;
  tag: number;
  entries: number;
  metaOffset: number;
  size: number;
  path: string;
  file: DiskFile;
  blocks: Block[];
  filter: Uint8Array;
  largest: string;
  references: number;
  checksumOfBlock: (block: Uint8Array) => number;
}

interface Frozen {
  map: Map<string, Value>;
  log: number;
}

interface Waiting {
  key: string;
  value: Value;
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface Source {
  head: Pair | undefined;
  advance: () => Promise<void>;
}

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new NumberedTree(options).opened();
}

export class NumberedTree implements LsmTree {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #threshold: number;
  readonly #waitingMax: number;
  readonly #strategy: "leveled" | "size-tiered";
  #lock: DiskLock | undefined;

  #memtable = new Map<string, Value>();
  #frozen: Frozen[] = [];
  #runs: Run[] = [];
  #nextNumber = 1;
  #listNumber = 0;
  #logMin = 0;

  #log: { file: DiskFile; number: number; bytes: number } | undefined;
  #queue: Waiting[] = [];
  #writesOpen = 0;
  #rotate = false;
  #writing = false;
  #flushing: Promise<void> | undefined;
  #compacting: Promise<void> | undefined;
  #isMergeAsked = false;
  #fullMerges: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  #listChange: Promise<void> = Promise.resolve();

  #failure: unknown;
  #closing: Promise<void> | undefined;
  #stopping = false;
  #callsOpen = 0;
  #watchers: (() => void)[] = [];

  /** So many full memtables may wait for their tables. */
  protected frozenMax = 2;

  constructor({ disk, directory, ...options }: LsmTreeOptions) {
    const { memtableThreshold, compaction = "leveled", writersWaitingMax } = options;
    this.#disk = disk;
    this.#directory = directory;
    this.#threshold = wholeNumber(memtableThreshold, 1000, "memtableThreshold");
    this.#waitingMax = wholeNumber(writersWaitingMax, 1024, "writersWaitingMax");
    if (!["leveled", "size-tiered"].includes(compaction))
      throw new InvalidArgumentError("Expected `compaction` to be leveled or size-tiered.");
    this.#strategy = compaction;
  }

  async opened(): Promise<this> {
    this.#lock = await this.#disk.lock(this.#directory);
    try {
      await this.#recover();
    } catch (error) {
      await this.#letGo();
      throw error;
    }
    return this;
  }

  // ── Open ──────────────────────────────────────────────────────────────────────────────────

  async #recover(): Promise<void> {
    const names = await this.#disk.list(this.#directory);
    const numbersOf = (prefix: string): number[] =>
      names
        .filter((name) => name.startsWith(prefix))
        .map((name) => Number(name.slice(prefix.length)))
        .sort((a, b) => a - b);
    const lists = numbersOf("list-");
    const logs = numbersOf("log-");
    this.#nextNumber = Math.max(0, ...lists, ...logs, ...numbersOf("table-")) + 1;

    let found: { logMin: number; runs: number[][] } | undefined;
    for (const number of lists.reverse()) {
      found = await this.readList(number);
      if (found !== undefined) break;
    }
    if (found === undefined && logs.length > 0)
      throw new CorruptionError(this.#path("list", lists[0] ?? 0), 0, "there is no valid list");
    for (const fields of found?.runs ?? []) this.#runs.push(await this.#openRun(fields));

    const recovered = new Map<string, Value>();
    for (const number of logs)
      if (number >= (found?.logMin ?? 0)) await this.#replay(number, recovered);
    this.#logMin = this.#nextNumber;
    let added: Run[] = [];
    if (recovered.size > 0)
      added = await this.#writeTable(arraySource(sorted(recovered)), 0, false);
    await this.#changeList((runs) => [...added, ...runs]);

    const kept = new Set(this.#runs.map((run) => `table-${run.number}`));
    kept.add(`list-${this.#listNumber}`);
    for (const name of await this.#disk.list(this.#directory))
      if (!kept.has(name)) await this.#disk.remove(`${this.#directory}/${name}`);
    this.#wakeCompaction();
  }

  protected async readList(
    number: number,
  ): Promise<{ logMin: number; runs: number[][] } | undefined> {
    const file = await this.#disk.open(this.#path("list", number));
    const bytes = await readFully(file, 0, await file.size());
    await file.close();
    if (bytes.length < 5) return undefined;
    if (bytes.readUInt32LE(0) !== crc32(bytes.subarray(4))) return undefined;
    return JSON.parse(bytes.toString("utf8", 4)) as { logMin: number; runs: number[][] };
  }

  async #openRun(fields: number[]): Promise<Run> {
    const [number = 0, tag = 0, entries = 0, metaOffset = 0, size = 0] = fields;
    const path = this.#path("table", number);
    const file = await this.#disk.open(path);
    try {
      const meta = await readFully(file, metaOffset, size - metaOffset);
      return this.#runOf(number, tag, entries, metaOffset, size, file, meta);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  #runOf(
    number: number,
    tag: number,
    entries: number,
    metaOffset: number,
    size: number,
    file: DiskFile,
    meta: Buffer,
  ): Run {
    const path = this.#path("table", number);
    const end = meta.length - 4;
    if (
      meta.length !== size - metaOffset ||
      meta.readUInt32LE(end) !== this.checksumOfMeta(meta.subarray(0, end), entries)
    )
      throw new CorruptionError(path, metaOffset, "the checksum of its index does not fit");
    let at = 0;
    const text = (): string => {
      const length = meta.readUInt16LE(at);
      at += 2 + length;
      return meta.toString("utf8", at - length, at);
    };
    const largest = text();
    const count = meta.readUInt32LE(at);
    at += 4;
    const blocks: Block[] = [];
    for (let index = 0; index < count; index++) {
      const firstKey = text();
      blocks.push({ firstKey, offset: meta.readUInt32LE(at), length: meta.readUInt32LE(at + 4) });
      at += 8;
    }
    const filter = meta.subarray(at, end);
    const run = { number, tag, entries, metaOffset, size, path, file, blocks, filter, largest };
    return { ...run, references: 1, checksumOfBlock: (block) => this.checksumOfBlock(block) };
  }

  async #replay(number: number, into: Map<string, Value>): Promise<void> {
    const file = await this.#disk.open(this.#path("log", number));
    const bytes = await readFully(file, 0, await file.size());
    await file.close();
    let at = 0;
    while (at + 8 <= bytes.length) {
      const length = bytes.readUInt32LE(at);
      if (length === 0 || at + 8 + length > bytes.length) break;
      const body = bytes.subarray(at + 8, at + 8 + length);
      if (bytes.readUInt32LE(at + 4) !== crc32(body)) break;
      for (const [key, value] of this.entriesOfLog(body)) into.set(key, value);
      at += 8 + length;
    }
  }

  // ── Read ──────────────────────────────────────────────────────────────────────────────────

  async get(key: string): Promise<string | undefined> {
    this.#refuse();
    checkKey(key);
    return this.#tracked(async () => {
      for (const map of [this.#memtable, ...this.#frozen.map((frozen) => frozen.map)]) {
        const value = map.get(key);
        if (value !== undefined) return value ?? undefined;
      }
      await this.beforeTables(this.#listChange);
      const runs = hold(this.#runs);
      try {
        for (const run of runs) {
          if (!this.isInReach(run, key)) continue;
          const value = await lookUp(run, key);
          if (value !== undefined) return value ?? undefined;
        }
        return undefined;
      } finally {
        await release(runs);
      }
    });
  }

  range(start?: string, end?: string): AsyncIterable<Entry> {
    this.#refuse();
    if (start !== undefined) checkKey(start);
    if (end !== undefined) checkKey(end);
    let runs: Run[] | undefined;
    let sources: Source[] = [];
    let over = false;
    const finish = async (): Promise<void> => {
      over = true;
      const held = runs ?? [];
      runs = [];
      sources = [];
      await release(held);
    };
    const step = async (): Promise<IteratorResult<Entry>> => {
      if (runs === undefined) {
        runs = hold(this.#runs);
        const maps = [this.#memtable, ...this.#frozen.map((frozen) => frozen.map)];
        sources = maps.map((map) => arraySource(sorted(map, start, end)));
        for (const run of runs) sources.push(await tableSource(run, start, end));
      }
      for (;;) {
        const pair = await nextOf(sources);
        if (pair === undefined) {
          await finish();
          return { done: true, value: undefined };
        }
        if (pair[1] !== null) return { done: false, value: [pair[0], pair[1]] };
      }
    };
    const iterator = {
      next: async (): Promise<IteratorResult<Entry>> => {
        if (over) return { done: true, value: undefined };
        this.#refuse();
        return this.#tracked(async () => {
          try {
            return await step();
          } catch (error) {
            await finish();
            throw error;
          }
        });
      },
      return: async (): Promise<IteratorResult<Entry>> => {
        await finish();
        return { done: true, value: undefined };
      },
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  // ── Write ─────────────────────────────────────────────────────────────────────────────────

  async put(key: string, value: string): Promise<void> {
    this.#refuse();
    checkKey(key);
    checkText("value", value, 1_048_576);
    return this.#write(key, value);
  }

  async delete(key: string): Promise<void> {
    this.#refuse();
    checkKey(key);
    return this.#write(key, null);
  }

  #write(key: string, value: Value): Promise<void> {
    if (this.#failure !== undefined) throw failed(this.#failure);
    if (this.#writesOpen >= this.#waitingMax)
      throw new OverloadedError(`${this.#waitingMax} writes wait already.`);
    this.#writesOpen++;
    return this.#tracked(async () => {
      try {
        await new Promise<void>((resolve, reject) => {
          this.#queue.push({ key, value, resolve, reject });
          this.#wakeWriter();
        });
      } finally {
        this.#writesOpen--;
      }
    });
  }

  #wakeWriter(): void {
    if (this.#writing) return;
    this.#writing = true;
    void this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#queue.length > 0 || this.#rotate) {
        const full = this.#memtable.size >= this.#threshold || (this.#log?.bytes ?? 0) > 8_388_608;
        if (full || this.#rotate) {
          await this.#until(
            () => this.#frozen.length < this.frozenMax && this.#runs.length < runsMax,
          );
          this.#freeze();
        }
        if (this.#queue.length > 0) await this.#writeBatch();
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#writing = false;
  }

  #freeze(): void {
    this.#rotate = false;
    if (this.#memtable.size === 0 || this.#log === undefined) return;
    this.#frozen.unshift({ map: this.#memtable, log: this.#log.number });
    this.#memtable = new Map();
    void this.#log.file.close().catch(() => undefined);
    this.#log = undefined;
    this.#changed();
    this.#wakeFlush();
  }

  async #writeBatch(): Promise<void> {
    if (this.#log === undefined) {
      const number = this.#nextNumber++;
      const file = await this.#disk.open(this.#path("log", number), { create: true });
      this.#log = { file, number, bytes: 0 };
      await this.#disk.syncDirectory(this.#directory);
    }
    const batch: Waiting[] = [];
    const parts: Buffer[] = [];
    const fresh = new Set<string>();
    let bytes = 0;
    while (this.#queue.length > 0 && bytes < 1_048_576) {
      if (this.#memtable.size + fresh.size >= this.#threshold) break;
      const write = this.#queue.shift();
      if (write === undefined) break;
      if (!this.#memtable.has(write.key)) fresh.add(write.key);
      const part = encode([write.key, write.value]);
      bytes += part.length;
      parts.push(part);
      batch.push(write);
    }
    try {
      const body = Buffer.concat(parts);
      const head = Buffer.alloc(8);
      head.writeUInt32LE(body.length, 0);
      head.writeUInt32LE(crc32(body), 4);
      await this.#log.file.append(Buffer.concat([head, body]));
      await this.#log.file.sync();
      this.#log.bytes += 8 + body.length;
    } catch (error) {
      for (const write of batch) write.reject(failed(error));
      throw error;
    }
    for (const write of batch) this.#memtable.set(write.key, write.value);
    for (const write of batch) write.resolve();
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const write of this.#queue.splice(0)) write.reject(failed(error));
    for (const merge of this.#fullMerges.splice(0)) merge.reject(failed(error));
    this.#rotate = false;
    this.#changed();
  }

  // ── Maintain ──────────────────────────────────────────────────────────────────────────────

  async flush(): Promise<void> {
    this.#refuse();
    return this.#tracked(() => this.#flushAll());
  }

  async #flushAll(): Promise<void> {
    if (this.#failure !== undefined) throw failed(this.#failure);
    const current = this.#memtable;
    if (current.size > 0) {
      this.#rotate = true;
      this.#wakeWriter();
      await this.#until(() => this.#memtable !== current);
    }
    const pending = [...this.#frozen];
    await this.#until(() => pending.every((frozen) => !this.#frozen.includes(frozen)));
  }

  async compact(): Promise<void> {
    this.#refuse();
    return this.#tracked(async () => {
      await this.#flushAll();
      await new Promise<void>((resolve, reject) => {
        this.#fullMerges.push({ resolve, reject });
        this.#wakeCompaction();
      });
    });
  }

  #wakeFlush(): void {
    this.#flushing ??= this.#flushFrozen()
      .catch((error: unknown) => {
        this.#fail(error);
      })
      .finally(() => {
        this.#flushing = undefined;
        // A memtable may have become full between the last look and now.
        if (this.#frozen.length > 0 && !this.#stopping && this.#failure === undefined)
          this.#wakeFlush();
      });
  }

  async #flushFrozen(): Promise<void> {
    for (;;) {
      const frozen = this.#frozen.at(-1);
      if (frozen === undefined || this.#stopping || this.#failure !== undefined) return;
      const added = await this.#writeTable(arraySource(sorted(frozen.map)), 0, false);
      await this.#changeList(
        (runs) => [...added, ...runs],
        frozen.log + 1,
        () => {
          this.#frozen.pop();
        },
      );
      this.#changed();
      await this.#remove(this.#path("log", frozen.log));
      this.#wakeCompaction();
    }
  }

  #wakeCompaction(): void {
    this.#isMergeAsked = true;
    this.#compacting ??= this.#compactAll()
      .catch((error: unknown) => {
        this.#fail(error);
      })
      .finally(() => {
        this.#compacting = undefined;
        // Somebody may have asked between the last look and now.
        if (this.#isMergeAsked && !this.#stopping && this.#failure === undefined)
          this.#wakeCompaction();
      });
  }

  async #compactAll(): Promise<void> {
    for (;;) {
      if (this.#stopping || this.#failure !== undefined) return;
      this.#isMergeAsked = false;
      const full = this.#fullMerges.splice(0);
      const [from, to] =
        full.length > 0 ? [0, this.needsMerge(this.#runs) ? this.#runs.length : 0] : this.#pick();
      try {
        if (to > from) await this.#merge(from, to);
      } catch (error) {
        for (const merge of full) merge.reject(failed(error));
        throw error;
      }
      for (const merge of full) merge.resolve();
      if (to === from && this.#fullMerges.length === 0) return;
    }
  }

  /** Which neighbours, from the newest to the oldest, to merge next: from, and the one after the last. */
  #pick(): [number, number] {
    const runs = this.#runs;
    if (this.#strategy === "size-tiered") {
      const bucketOf = (run: Run): number => Math.round(Math.log(run.entries) / Math.log(4));
      const buckets = runs.map(bucketOf);
      for (const bucket of [...new Set(buckets)].sort((a, b) => a - b)) {
        const above = buckets.findIndex((other) => other > bucket);
        const prefix = above < 0 ? buckets : buckets.slice(0, above);
        if (prefix.filter((other) => other === bucket).length >= 4)
          return [prefix.indexOf(bucket), prefix.lastIndexOf(bucket) + 1];
      }
      return [0, 0];
    }
    const young = runs.findIndex((run) => run.tag > 0);
    const youngCount = young < 0 ? runs.length : young;
    if (youngCount >= 4) return [0, youngCount + (runs[youngCount]?.tag === 1 ? 1 : 0)];
    for (let index = youngCount; index < runs.length; index++) {
      const run = runs[index];
      if (run === undefined) break;
      if (run.entries > this.#threshold * 8 ** run.tag)
        return [index, index + (runs[index + 1]?.tag === run.tag + 1 ? 2 : 1)];
    }
    return [0, 0];
  }

  /** Below the oldest run lies nothing that a tombstone could hide. */
  protected isOldest(runs: readonly Run[], _from: number, to: number): boolean {
    return to === runs.length;
  }

  /** A single run may hold tombstones. */
  protected needsMerge(runs: readonly Run[]): boolean {
    return runs.length > 0;
  }

  protected checksumOfMeta(meta: Uint8Array, _entries: number): number {
    return crc32(meta);
  }

  protected checksumOfBlock(block: Uint8Array): number {
    return crc32(block);
  }

  /** Called when a get is about to ask the tables that there are. */
  protected async beforeTables(_change: Promise<void>): Promise<void> {
    // A change of the list is nothing to wait for.
  }

  /** Keys before the first block are found in none. */
  protected isInReach(run: Run, key: string): boolean {
    return compareKeys(key, run.largest) <= 0;
  }

  /** A run that this life has written. */
  protected written(run: Run): Run {
    return run;
  }

  protected entriesOfLog(batch: Buffer): Pair[] {
    return decode(batch);
  }

  /** The names of a new list and of all before it. */
  protected syncNames(disk: Disk, directory: string): Promise<void> {
    return disk.syncDirectory(directory);
  }

  async #merge(from: number, to: number): Promise<void> {
    const inputs = this.#runs.slice(from, to);
    const oldest = this.isOldest(this.#runs, from, to);
    const tags = inputs.map((run) => run.tag);
    let tag = Math.max(...tags);
    if (this.#strategy === "leveled") tag = inputs[0]?.tag === tag ? tag + 1 : Math.max(1, tag);
    hold(inputs);
    let added: Run[];
    try {
      const sources: Source[] = [];
      for (const run of inputs) sources.push(await tableSource(run, undefined, undefined));
      const merged: Source = { head: undefined, advance: async () => undefined };
      merged.advance = async () => {
        merged.head = await nextOf(sources);
      };
      await merged.advance();
      added = await this.#writeTable(merged, tag, oldest);
    } finally {
      await release(inputs);
    }
    await this.#changeList((runs) => {
      const at = runs.findIndex((run) => run === inputs[0]);
      return [...runs.slice(0, at), ...added, ...runs.slice(at + inputs.length)];
    });
    this.#changed();
    await release(inputs);
    for (const run of inputs) await this.#remove(run.path);
  }

  /** Writes a table and makes it durable, name included. Of nothing no table is made. */
  async #writeTable(source: Source, tag: number, dropTombstones: boolean): Promise<Run[]> {
    let file: DiskFile | undefined;
    const number = this.#nextNumber++;
    const path = this.#path("table", number);
    const blocks: Block[] = [];
    const hashes: number[] = [];
    let largest = "";
    let offset = 0;
    let block: Buffer[] = [];
    let blockLength = 0;
    let firstKey = "";
    let chunk: Buffer[] = [];
    let chunkLength = 0;
    const endBlock = (): void => {
      const body = Buffer.concat(block);
      const check = Buffer.alloc(4);
      check.writeUInt32LE(this.checksumOfBlock(body), 0);
      blocks.push({ firstKey, offset, length: body.length + 4 });
      chunk.push(body, check);
      chunkLength += body.length + 4;
      offset += body.length + 4;
      block = [];
      blockLength = 0;
    };
    const endChunk = async (): Promise<void> => {
      file ??= await this.#disk.open(path, { create: true });
      await file.append(Buffer.concat(chunk));
      chunk = [];
      chunkLength = 0;
      if (this.#stopping) throw new StorageError("Given up, because the tree is being closed.");
    };
    while (source.head !== undefined) {
      const pair = source.head;
      const [key, value] = pair;
      await source.advance();
      if (dropTombstones && value === null) continue;
      if (blockLength === 0) firstKey = key;
      const bytes = encode(pair);
      block.push(bytes);
      blockLength += bytes.length;
      hashes.push(hashOf(key));
      largest = key;
      if (blockLength >= blockBytes) endBlock();
      if (chunkLength >= chunkBytes) await endChunk();
    }
    if (blockLength > 0) endBlock();
    if (hashes.length === 0) return [];
    const parts = [textBytes(largest), uint32(blocks.length)];
    for (const { firstKey: key, offset: at, length } of blocks)
      parts.push(textBytes(key), uint32(at), uint32(length));
    const filter = new Uint8Array(Math.ceil((hashes.length * bitsPerKey) / 8));
    for (const hash of hashes)
      for (const bit of bitsOf(hash, filter.length * 8))
        filter[bit >> 3] = (filter[bit >> 3] ?? 0) | (1 << (bit & 7));
    parts.push(Buffer.from(filter));
    const body = Buffer.concat(parts);
    const meta = Buffer.concat([body, uint32(this.checksumOfMeta(body, hashes.length))]);
    chunk.push(meta);
    await endChunk();
    if (file === undefined) return [];
    await file.sync();
    await this.#disk.syncDirectory(this.#directory);
    const size = offset + meta.length;
    return [this.written(this.#runOf(number, tag, hashes.length, offset, size, file, meta))];
  }

  /** One change at a time: the new list is durable before it counts and before anything that it lacks is removed. */
  #changeList(change: (runs: Run[]) => Run[], logMin?: number, then?: () => void): Promise<void> {
    const done = this.#listChange.then(async () => {
      const runs = change(this.#runs);
      if (logMin !== undefined) this.#logMin = logMin;
      const rows = runs.map((run) => [run.number, run.tag, run.entries, run.metaOffset, run.size]);
      const text = Buffer.from(JSON.stringify({ logMin: this.#logMin, runs: rows }));
      const before = this.#listNumber;
      const number = this.#nextNumber++;
      const file = await this.#disk.open(this.#path("list", number), { create: true });
      await file.append(Buffer.concat([uint32(crc32(text)), text]));
      await file.sync();
      await this.syncNames(this.#disk, this.#directory);
      this.#runs = runs;
      this.#listNumber = number;
      then?.();
      await file.close().catch(() => undefined);
      if (before > 0) await this.#remove(this.#path("list", before));
    });
    this.#listChange = done;
    done.catch(() => undefined);
    return done;
  }

  async #remove(path: string): Promise<void> {
    // What stays is an orphan, and goes at the next open.
    await this.#disk.remove(path).catch(() => undefined);
  }

  // ── Close ─────────────────────────────────────────────────────────────────────────────────

  close(): Promise<void> {
    this.#closing ??= (async () => {
      await this.#untilTrue(() => this.#callsOpen === 0);
      this.#stopping = true;
      this.#changed();
      await this.#flushing;
      await this.#compacting;
      await this.#letGo();
    })();
    return this.#closing;
  }

  async #letGo(): Promise<void> {
    await this.#compacting;
    await this.#log?.file.close().catch(() => undefined);
    for (const run of this.#runs) await run.file.close().catch(() => undefined);
    await this.#lock?.release();
  }

  // ── Helpers ───────────────────────────────────────────────────────────────────────────────

  #path(kind: "log" | "table" | "list", number: number): string {
    return `${this.#directory}/${kind}-${number}`;
  }

  #refuse(): void {
    if (this.#closing !== undefined) throw new ClosedError("The tree is closed.");
  }

  async #tracked<T>(call: () => Promise<T>): Promise<T> {
    this.#callsOpen++;
    try {
      return await call();
    } finally {
      this.#callsOpen--;
      if (this.#callsOpen === 0) this.#changed();
    }
  }

  #changed(): void {
    for (const wake of this.#watchers.splice(0)) wake();
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#failure !== undefined) throw failed(this.#failure);
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  async #untilTrue(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }
}

// ── Merging ─────────────────────────────────────────────────────────────────────────────────

function arraySource(pairs: Pair[]): Source {
  let index = 0;
  const source: Source = {
    head: pairs[0],
    advance: async () => {
      source.head = pairs[++index];
    },
  };
  return source;
}

async function tableSource(run: Run, start?: string, end?: string): Promise<Source> {
  const source: Source = { head: undefined, advance: async () => undefined };
  if (start !== undefined && compareKeys(run.largest, start) < 0) return source;
  let blockIndex = start === undefined ? 0 : Math.max(0, blockIndexOf(run, start));
  let pairs: Pair[] = [];
  let index = 0;
  source.advance = async () => {
    index++;
    while (index >= pairs.length) {
      const block = run.blocks[blockIndex++];
      if (block === undefined || (end !== undefined && compareKeys(block.firstKey, end) >= 0)) {
        source.head = undefined;
        return;
      }
      pairs = await readBlock(run, block);
      index = 0;
      if (start !== undefined)
        while (index < pairs.length && compareKeys(pairs[index]?.[0] ?? "", start) < 0) index++;
    }
    const head = pairs[index];
    source.head =
      head !== undefined && end !== undefined && compareKeys(head[0], end) >= 0 ? undefined : head;
  };
  await source.advance();
  return source;
}

/** The smallest key of all sources, from the newest source that has it. */
async function nextOf(sources: Source[]): Promise<Pair | undefined> {
  let least: Pair | undefined;
  for (const { head } of sources)
    if (head !== undefined && (least === undefined || compareKeys(head[0], least[0]) < 0))
      least = head;
  if (least === undefined) return undefined;
  for (const source of sources) if (source.head?.[0] === least[0]) await source.advance();
  return least;
}

function sorted(map: Map<string, Value>, start?: string, end?: string): Pair[] {
  let pairs: Pair[] = [...map];
  if (start !== undefined) pairs = pairs.filter(([key]) => compareKeys(key, start) >= 0);
  if (end !== undefined) pairs = pairs.filter(([key]) => compareKeys(key, end) < 0);
  return pairs.sort(([a], [b]) => compareKeys(a, b));
}

// ── Tables ──────────────────────────────────────────────────────────────────────────────────

function hold(runs: Run[]): Run[] {
  for (const run of runs) run.references++;
  return runs;
}

async function release(runs: Run[]): Promise<void> {
  for (const run of runs) if (--run.references === 0) await run.file.close().catch(() => undefined);
}

async function lookUp(run: Run, key: string): Promise<Value | undefined> {
  const block = run.blocks[blockIndexOf(run, key)];
  if (block === undefined) return undefined;
  for (const bit of bitsOf(hashOf(key), run.filter.length * 8))
    if (((run.filter[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return undefined;
  for (const pair of await readBlock(run, block)) if (pair[0] === key) return pair[1];
  return undefined;
}

/** The last block that begins at or before the key, or −1. */
function blockIndexOf(run: Run, key: string): number {
  let low = 0;
  let high = run.blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(run.blocks[middle]?.firstKey ?? "", key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

async function readBlock(run: Run, block: Block): Promise<Pair[]> {
  const bytes = await readFully(run.file, block.offset, block.length);
  const end = block.length - 4;
  if (
    bytes.length !== block.length ||
    bytes.readUInt32LE(end) !== run.checksumOfBlock(bytes.subarray(0, end))
  )
    throw new CorruptionError(run.path, block.offset, "the checksum of a block does not fit");
  return decode(bytes.subarray(0, end));
}

async function readFully(file: DiskFile, position: number, length: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let got = 0;
  while (got < length) {
    const part = await file.read(position + got, length - got);
    if (part.length === 0) break;
    parts.push(part);
    got += part.length;
  }
  return Buffer.concat(parts);
}

// ── Bytes ───────────────────────────────────────────────────────────────────────────────────

function encode([key, value]: Pair): Buffer {
  const keyBytes = Buffer.from(key);
  const valueBytes = value === null ? Buffer.alloc(0) : Buffer.from(value);
  const head = Buffer.alloc(6);
  head.writeUInt16LE(keyBytes.length, 0);
  head.writeUInt32LE(value === null ? tombstoneLength : valueBytes.length, 2);
  return Buffer.concat([head, keyBytes, valueBytes]);
}

function decode(bytes: Buffer): Pair[] {
  const pairs: Pair[] = [];
  let at = 0;
  while (at < bytes.length) {
    const keyLength = bytes.readUInt16LE(at);
    const valueLength = bytes.readUInt32LE(at + 2);
    at += 6 + keyLength;
    const key = bytes.toString("utf8", at - keyLength, at);
    if (valueLength === tombstoneLength) pairs.push([key, null]);
    else {
      pairs.push([key, bytes.toString("utf8", at, at + valueLength)]);
      at += valueLength;
    }
  }
  return pairs;
}

function textBytes(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(2);
  head.writeUInt16LE(bytes.length, 0);
  return Buffer.concat([head, bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value, 0);
  return bytes;
}

/** In the order of code points, which is that of UTF-8 bytes: surrogates stand for code points above U+FFFF. */
function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x === y) continue;
    return rankOf(x) - rankOf(y);
  }
  return a.length - b.length;
}

function rankOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return mix(hash);
}

function mix(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function bitsOf(hash: number, bitCount: number): number[] {
  const step = mix(hash ^ 0x9e3779b9) | 1;
  const bits: number[] = [];
  for (let probe = 0; probe < probes; probe++)
    bits.push(((hash + Math.imul(step, probe)) >>> 0) % bitCount);
  return bits;
}

const crcTable = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

// ── Arguments and errors ────────────────────────────────────────────────────────────────────

function checkKey(key: unknown): void {
  checkText("key", key, 1024);
}

function checkText(name: string, text: unknown, bytesMax: number): void {
  if (typeof text !== "string")
    throw new InvalidArgumentError(`Expected \`${name}\` to be a string, got ${typeof text}.`);
  if (/\p{Cs}/u.test(text))
    throw new InvalidArgumentError(`Expected \`${name}\` to be well-formed, got a lone surrogate.`);
  const bytes = Buffer.byteLength(text);
  if (bytes > bytesMax)
    throw new InvalidArgumentError(`Expected \`${name}\` to be 0–${bytesMax} bytes, got ${bytes}.`);
}

function wholeNumber(value: unknown, otherwise: number, name: string): number {
  if (value === undefined) return otherwise;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError(
      `Expected \`${name}\` to be a whole number from 1, got ${JSON.stringify(value)}.`,
    );
  return value;
}

function failed(error: unknown): Error {
  if (error instanceof Error && errorCode(error) !== undefined) return error;
  return new StorageError("The disk has failed; open the tree again.", { cause: error });
}
