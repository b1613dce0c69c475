/**
 * Another right implementation, of level 5: nothing goes on in the background. One queue takes writes, flushes and
 * merges one after the other, so whoever writes waits for the merge that the writes before have made due.
 *
 *   8.l   the log of the memtable        record = checksum:4 length:4 cell*
 *   7.t   a run, one file however large  (checksum:4 cell*)*  what is known of the blocks, as JSON  where that lies:16
 *   9.m   which runs there are           checksum, JSON; the last whole one counts
 *
 * Levels are merged whole: leveled merges a full level with all of the next one, size-tiered four runs of a level.
 * A file is removed as soon as nothing lists it; who still reads it has it open.
 */
import { crc32 } from "node:zlib";
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import type { Disk, DiskFile, DiskLock } from "#platform/disk.ts";
import {
  ClosedError,
  CorruptionError,
  errorCode,
  InvalidArgumentError,
  OverloadedError,
  StorageError,
} from "#platform/errors.ts";

export const level = 5;

/** The key as a string of its UTF-8 bytes, so that `<` is the order of the contract. No value: a tombstone. */
export interface Cell {
  readonly key: string;
  readonly value: string | undefined;
}

const blockBytesMin = 3500;
const appendBytesMin = 64 * 1024;
const logBytesMax = 4 * 1024 * 1024;

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new EagerTree(options).opened();
}

export class EagerTree implements LsmTree {
  readonly #disk: Disk;
  readonly #directory: string;
  protected readonly threshold: number;
  readonly #writersMax: number;
  protected readonly isLeveled: boolean;
  #lock: DiskLock | undefined;
  #lastNumber = 0;
  #manifest = 0;
  #log: { file: DiskFile; path: string; number: number; length: number } | undefined;

  #memtable = new Map<string, string | undefined>();
  /** From the newest level to the oldest, and so within each. Replaced, never changed. */
  protected levels: readonly (readonly Run[])[] = [];
  readonly #openRuns = new Set<Run>();

  #waiting: (Cell & { resolve: () => void; reject: (error: unknown) => void })[] = [];
  #writers = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #failure: Error | undefined;
  readonly #reads = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  constructor({ disk, directory, ...options }: LsmTreeOptions) {
    const { compaction = "leveled", memtableThreshold = 1000, writersWaitingMax = 1024 } = options;
    for (const number of [memtableThreshold, writersWaitingMax])
      if (!Number.isSafeInteger(number) || number < 1) refuse("a limit is no whole number from 1");
    if (!["leveled", "size-tiered"].includes(compaction)) refuse("there is no such strategy");
    this.#disk = disk;
    this.#directory = directory;
    this.threshold = memtableThreshold;
    this.#writersMax = writersWaitingMax;
    this.isLeveled = compaction === "leveled";
  }

  // ── Open ────────────────────────────────────────────────────────────────────────────────────

  async opened(): Promise<this> {
    this.#lock = await this.#disk.lock(this.#directory);
    try {
      await this.#recover();
      return this;
    } catch (error) {
      for (const run of this.#openRuns) await run.close();
      await this.#lock.release();
      throw error;
    }
  }

  async #recover(): Promise<void> {
    const names = (await this.#disk.list(this.#directory)).filter((name) =>
      /^\d{8}\.[tlm]$/.test(name),
    );
    if (names.length === 0) return;
    names.sort();
    this.#lastNumber = Number(names.at(-1)?.slice(0, 8));
    let listed: { logFrom: number; levels: number[][] } = { logFrom: 0, levels: [] };
    for (const name of names.filter((one) => one.endsWith(".m"))) {
      const text = (await this.#readAll(name)).toString("latin1");
      // One that is not whole was cut off; then those before it, and all that they list, are still there.
      if (text.slice(0, 8) === hex(crc32(text.slice(8))))
        listed = JSON.parse(text.slice(8)) as typeof listed;
    }
    for (const name of names.filter((one) => one.endsWith(".l"))) {
      const number = Number(name.slice(0, 8));
      if (number < listed.logFrom) continue;
      for (const { key, value } of cellsOfLog(await this.#readAll(name), number))
        this.#memtable.set(key, value);
    }
    const levels: Run[][] = [];
    for (const numbers of listed.levels) {
      const runs: Run[] = [];
      levels.push(runs);
      for (const number of numbers) runs.push(await this.#openRun(number));
    }
    this.levels = levels;
    // A table of its own, also of what may never have been synced; and a manifest, for the same reason.
    if (this.#memtable.size > 0) await this.#flushMemtable();
    else await this.#install(this.levels, "flush");
    const kept = new Set([nameOf(this.#manifest, "m")]);
    for (const { number } of this.levels.flat()) kept.add(nameOf(number, "t"));
    for (const name of names) if (!kept.has(name)) await this.#remove(name);
  }

  async #readAll(name: string): Promise<Buffer> {
    const file = await this.#disk.open(`${this.#directory}/${name}`);
    try {
      return await readFully(file, 0, await file.size());
    } finally {
      await file.close();
    }
  }

  async #openRun(number: number): Promise<Run> {
    const path = `${this.#directory}/${nameOf(number, "t")}`;
    const run = new Run(await this.#disk.open(path), path, number);
    this.#openRuns.add(run);
    await run.load();
    return run;
  }

  // ── Write ───────────────────────────────────────────────────────────────────────────────────

  async put(key: string, value: string): Promise<void> {
    this.#refuseIfClosed();
    bytesOf("value", value, 1_048_576);
    await this.#write(bytesOf("key", key, 1024), value);
  }

  async delete(key: string): Promise<void> {
    this.#refuseIfClosed();
    await this.#write(bytesOf("key", key, 1024), undefined);
  }

  async #write(key: string, value: string | undefined): Promise<void> {
    if (this.#failure) throw this.#failure;
    if (this.#writers >= this.#writersMax) throw new OverloadedError("Too many writers wait.");
    this.#writers += 1;
    try {
      await new Promise<void>((resolve, reject) => {
        if (this.#waiting.push({ key, value, resolve, reject }) === 1)
          this.#inTurn(() => this.#commit()).catch(() => undefined);
      });
    } finally {
      this.#writers -= 1;
    }
  }

  /** One after the other; after a failure none. */
  #inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const turn = this.#queue.then(async () => {
      try {
        if (this.#failure) throw this.#failure;
        return await work();
      } catch (error) {
        this.#failure ??=
          errorCode(error) === "CORRUPTION"
            ? (error as Error)
            : new StorageError("The disk has failed.", { cause: error });
        for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
        throw this.#failure;
      }
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** One batch; the rest in another turn, so that nobody else waits for all writers. */
  async #commit(): Promise<void> {
    const batch = this.#waiting.splice(0, this.threshold - this.#memtable.size);
    if (batch.length === 0) return;
    try {
      await this.#appendToLog(batch);
    } catch (error) {
      for (const { reject } of batch) reject(new StorageError("Not safe.", { cause: error }));
      throw error;
    }
    for (const { key, value, resolve } of batch) {
      this.#memtable.set(key, value);
      resolve();
    }
    const isFull = this.#memtable.size >= this.threshold;
    if (isFull || (this.#log?.length ?? 0) > logBytesMax) {
      await this.#flushMemtable();
      await this.#mergeWhatIsDue();
    }
    if (this.#waiting.length > 0) this.#inTurn(() => this.#commit()).catch(() => undefined);
  }

  async #appendToLog(batch: readonly Cell[]): Promise<void> {
    if (this.#log === undefined) {
      const number = this.#nextNumber();
      const path = `${this.#directory}/${nameOf(number, "l")}`;
      this.#log = { file: await this.#disk.open(path, { create: true }), path, number, length: 0 };
    }
    const { file, number, length } = this.#log;
    const record = checked(Buffer.concat(batch.map(encoded)), number ^ length);
    await file.append(record);
    await file.sync();
    if (length === 0) await this.#disk.syncDirectory(this.#directory);
    this.#log.length += record.length;
  }

  // ── Flush and merge ─────────────────────────────────────────────────────────────────────────

  async flush(): Promise<void> {
    this.#refuseIfClosed();
    await this.#inTurn(async () => {
      if (this.#memtable.size === 0) return;
      await this.#flushMemtable();
      await this.#mergeWhatIsDue();
    });
  }

  async compact(): Promise<void> {
    this.#refuseIfClosed();
    await this.#inTurn(async () => {
      if (this.#memtable.size > 0) await this.#flushMemtable();
      const runs = this.levels.flat();
      if (runs.length > 1 || runs.some((run) => run.tombstones > 0))
        await this.#merge(0, this.levels.length - 1);
    });
  }

  async #flushMemtable(): Promise<void> {
    const run = await this.#writeRun(iterated(sortedCells(this.#memtable)));
    const [newest = [], ...older] = this.levels;
    await this.#install([run === undefined ? newest : [run, ...newest], ...older], "flush");
  }

  async #mergeWhatIsDue(): Promise<void> {
    for (;;) {
      const due = this.levels.findIndex((runs, depth) => this.#isDue(runs, depth));
      if (due === -1) return;
      const isAlone = !this.isLeveled || (due > 0 && (this.levels[due]?.length ?? 0) > 1);
      await this.#merge(due, isAlone ? due : Math.min(due + 1, this.levels.length - 1));
    }
  }

  #isDue(runs: readonly Run[], depth: number): boolean {
    if (!this.isLeveled || depth === 0) return runs.length >= 4;
    return runs.length > 1 || runs.some(({ cells }) => cells > this.#cellsMax(depth));
  }

  #cellsMax(depth: number): number {
    return this.threshold * (this.isLeveled ? 8 : 4) ** depth;
  }

  /** Makes one run of all levels from `first` to `last`. */
  async #merge(first: number, last: number): Promise<void> {
    const inputs = this.levels.slice(first, last + 1).flat();
    const isOldest = this.levels.slice(last + 1).every((runs) => runs.length === 0);
    const sources = inputs.map((run) => run.cellsFrom("", undefined, 16));
    const run = await this.#writeRun(this.kept(mergedCells(sources), isOldest));
    const levels = this.levels.map((runs, depth) => (depth < first || depth > last ? runs : []));
    if (run !== undefined) {
      let depth = Math.max(last, this.isLeveled ? 1 : 0);
      // Deeper only while it passes nothing that is older.
      while (run.cells > this.#cellsMax(depth) && (levels[depth] ?? []).length === 0) depth += 1;
      while (levels.length <= depth) levels.push([]);
      levels[depth] = [run, ...(levels[depth] ?? [])];
    }
    await this.#install(levels, "merge");
    for (const input of inputs) {
      await this.#remove(nameOf(input.number, "t"));
      this.letGo([input]);
    }
  }

  /** What a merge writes: a tombstone goes when nothing is older. */
  protected kept(cells: AsyncIterable<Cell>, isOldest: boolean): AsyncIterable<Cell> {
    return isOldest ? withoutTombstones(cells) : cells;
  }

  async #writeRun(cells: AsyncIterable<Cell>): Promise<Run | undefined> {
    const number = this.#nextNumber();
    const path = `${this.#directory}/${nameOf(number, "t")}`;
    let run: Run | undefined;
    for await (const cell of cells) {
      if (run === undefined) {
        run = new Run(await this.#disk.open(path, { create: true }), path, number);
        this.#openRuns.add(run);
      }
      run.add(cell);
      if (run.unwritten >= appendBytesMin) await run.append();
    }
    await run?.finish();
    return run;
  }

  /** Shows the levels when they are safe. With a flush the memtable goes in the same turn, and then its log. */
  async #install(levels: readonly (readonly Run[])[], what: "flush" | "merge"): Promise<void> {
    // The names of the runs first: of names that no sync has covered, any may be there without the others.
    await this.#disk.syncDirectory(this.#directory);
    const number = this.#nextNumber();
    const log = this.#log;
    const logFrom = what === "merge" && log !== undefined ? log.number : number;
    const numbers = levels.map((runs) => runs.map((run) => run.number));
    const text = JSON.stringify({ logFrom, levels: numbers });
    const path = `${this.#directory}/${nameOf(number, "m")}`;
    const file = await this.#disk.open(path, { create: true });
    await file.append(Buffer.from(`${hex(crc32(text))}${text}`, "latin1"));
    await file.sync();
    await file.close();
    await this.#disk.syncDirectory(this.#directory);
    this.levels = levels;
    if (what === "flush") this.#memtable = new Map();
    if (this.#manifest > 0) await this.#remove(nameOf(this.#manifest, "m"));
    this.#manifest = number;
    if (what === "merge" || log === undefined) return;
    this.#log = undefined;
    await log.file.close().catch(() => undefined);
    await this.#remove(nameOf(log.number, "l"));
  }

  #nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }

  /** What cannot be removed does no harm: the next open tries again. */
  async #remove(name: string): Promise<void> {
    await this.#disk.remove(`${this.#directory}/${name}`).catch(() => undefined);
  }

  // ── Read ────────────────────────────────────────────────────────────────────────────────────

  async get(text: string): Promise<string | undefined> {
    this.#refuseIfClosed();
    const key = bytesOf("key", text, 1024);
    if (this.#memtable.has(key)) return this.#memtable.get(key);
    const runs = this.levels.flat().filter((run) => run.mayHold(key));
    return runs.length === 0 ? undefined : this.reading(this.lookUp(runs, key));
  }

  protected async lookUp(runs: readonly Run[], key: string): Promise<string | undefined> {
    this.hold(runs);
    try {
      for (const run of runs) {
        const cell = await run.find(key);
        if (cell !== undefined) return cell.value;
      }
      return undefined;
    } finally {
      this.letGo(runs);
    }
  }

  /** Keeps runs open, whatever becomes of them. */
  protected hold(runs: readonly Run[]): void {
    for (const run of runs) run.readers += 1;
  }

  protected letGo(runs: readonly Run[]): void {
    for (const run of runs) {
      run.readers -= 1;
      if (run.readers > 0) continue;
      this.#openRuns.delete(run);
      run.close().catch(() => undefined);
    }
  }

  range(start?: string, end?: string): AsyncIterable<Entry> {
    this.#refuseIfClosed();
    const from = start === undefined ? "" : bytesOf("start", start, 1024);
    const to = end === undefined ? undefined : bytesOf("end", end, 1024);
    let view: { cells: AsyncIterator<Cell>; runs: readonly Run[] } | undefined;
    let isOver = to !== undefined && to <= from;
    const done = { done: true, value: undefined } as const;
    const leave = (): typeof done => {
      isOver = true;
      if (view !== undefined) this.letGo(view.runs);
      view = undefined;
      return done;
    };
    const read = async (cells: AsyncIterator<Cell>): Promise<IteratorResult<Entry>> => {
      try {
        for (;;) {
          const next = await cells.next();
          if (next.done === true) return leave();
          const { key, value } = next.value;
          if (value !== undefined) return { done: false, value: [textOf(key), value] };
        }
      } catch (error) {
        leave();
        throw error;
      }
    };
    const iterator: AsyncIterator<Entry> = {
      next: async () => {
        if (isOver) return done;
        if (this.#closing !== undefined) {
          leave();
          throw new ClosedError("The tree was closed during the iteration.");
        }
        view ??= this.#view(from, to);
        return this.reading(read(view.cells));
      },
      return: async () => leave(),
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  /** The tree as it is now. */
  #view(
    from: string,
    to: string | undefined,
  ): { cells: AsyncIterator<Cell>; runs: readonly Run[] } {
    const runs = this.levels.flat().filter((run) => run.overlaps(from, to));
    this.hold(runs);
    const newest = sortedCells(this.#memtable).filter(
      ({ key }) => key >= from && (to === undefined || key < to),
    );
    const sources = [iterated(newest), ...runs.map((run) => run.cellsFrom(from, to, 1))];
    return { cells: mergedCells(sources), runs };
  }

  /** Close waits for it. */
  protected async reading<Answer>(read: Promise<Answer>): Promise<Answer> {
    this.#reads.add(read);
    try {
      return await read;
    } finally {
      this.#reads.delete(read);
    }
  }

  // ── Close ───────────────────────────────────────────────────────────────────────────────────

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    await this.atRest();
    await Promise.allSettled(this.#reads);
    const files = [...this.#openRuns, ...(this.#log === undefined ? [] : [this.#log.file])];
    for (const file of files) await this.closeFile(file);
    await this.#lock?.release();
  }

  /** Resolves when all turns are over, also those that nobody waits for. */
  protected async atRest(): Promise<void> {
    for (let last; last !== this.#queue;) {
      last = this.#queue;
      await last;
    }
  }

  /** What cannot be closed is gone with the process. */
  protected closeFile(file: { close: () => Promise<void> }): Promise<void> {
    return file.close().catch(() => undefined);
  }

  #refuseIfClosed(): void {
    if (this.#closing !== undefined) throw new ClosedError("The tree is closed.");
  }
}

// ── Runs ──────────────────────────────────────────────────────────────────────────────────────

/** What is known of a run without its blocks; keys as strings of bytes. */
interface About {
  firstKeys: string[];
  /** Where each block begins, and where the last one ends. */
  offsets: number[];
  lastKey: string;
  cells: number;
  tombstones: number;
  /** Base64. */
  filter: string;
}

/** Sorted cells in a file. */
export class Run {
  readonly number: number;
  readonly #path: string;
  readonly #file: DiskFile;
  #about: About = {
    firstKeys: [],
    offsets: [0],
    lastKey: "",
    cells: 0,
    tombstones: 0,
    filter: "",
  };
  #filter: Buffer = Buffer.alloc(0);
  /** The list of runs is a reader too. */
  readers = 1;

  // While it is written: whole blocks, the cells of the next one, and the keys' hashes.
  #blocks: Buffer[] = [];
  #block: Buffer[] = [];
  #blockBytes = 0;
  #hashes: number[] = [];
  unwritten = 0;

  constructor(file: DiskFile, path: string, number: number) {
    this.#file = file;
    this.#path = path;
    this.number = number;
  }

  get cells(): number {
    return this.#about.cells;
  }

  get tombstones(): number {
    return this.#about.tombstones;
  }

  add(cell: Cell): void {
    if (this.#block.length === 0) this.#about.firstKeys.push(cell.key);
    const bytes = encoded(cell);
    this.#block.push(bytes);
    this.#blockBytes += bytes.length;
    this.#hashes.push(hashOf(cell.key));
    this.#about.lastKey = cell.key;
    if (cell.value === undefined) this.#about.tombstones += 1;
    if (this.#blockBytes >= blockBytesMin) this.#seal();
  }

  #seal(): void {
    const start = this.#about.offsets.at(-1) ?? 0;
    const block = checked(Buffer.concat(this.#block), this.number ^ start);
    this.#blocks.push(block);
    this.#about.offsets.push(start + block.length);
    this.unwritten += block.length;
    this.#block = [];
    this.#blockBytes = 0;
  }

  async append(): Promise<void> {
    const bytes = Buffer.concat(this.#blocks);
    this.#blocks = [];
    this.unwritten = 0;
    await this.#file.append(bytes);
  }

  async finish(): Promise<void> {
    if (this.#block.length > 0) this.#seal();
    this.#about.cells = this.#hashes.length;
    this.#filter = filterOf(this.#hashes);
    this.#hashes = [];
    const filter = this.#filter.toString("base64");
    const start = this.#about.offsets.at(-1) ?? 0;
    const about = checked(Buffer.from(JSON.stringify({ ...this.#about, filter })), this.number);
    const place = Buffer.alloc(8);
    place.writeUInt32BE(start, 0);
    place.writeUInt32BE(about.length, 4);
    this.#blocks.push(about, checked(place, this.number));
    await this.append();
    await this.#file.sync();
  }

  async load(): Promise<void> {
    const size = await this.#file.size();
    const place = this.#whole(await this.#read(size - 16, 16), this.number);
    const about = await this.#read(place.readUInt32BE(0), place.readUInt32BE(4));
    this.#about = JSON.parse(this.#whole(about, this.number).toString()) as About;
    this.#filter = Buffer.from(this.#about.filter, "base64");
    this.#about.filter = "";
  }

  #read(position: number, length: number): Promise<Buffer> {
    return position < 0
      ? Promise.resolve(Buffer.alloc(0))
      : readFully(this.#file, position, length);
  }

  #whole(bytes: Buffer, seed: number): Buffer {
    const content = contentOf(bytes, 0, seed);
    if (content?.length === bytes.length - 8) return content;
    throw new CorruptionError(this.#path, 0, "a checksum does not fit");
  }

  /** False only when the key is not here. */
  mayHold(key: string): boolean {
    const { firstKeys, lastKey } = this.#about;
    return key >= (firstKeys[0] ?? "") && key <= lastKey && isInFilter(this.#filter, hashOf(key));
  }

  overlaps(from: string, to: string | undefined): boolean {
    const { firstKeys, lastKey } = this.#about;
    return lastKey >= from && (to === undefined || (firstKeys[0] ?? "") < to);
  }

  async find(key: string): Promise<Cell | undefined> {
    const block = this.#blockOf(key);
    return (await this.#cellsOf(block, 1)).find((cell) => cell.key === key);
  }

  /** The last block that begins with this key or before it. */
  #blockOf(key: string): number {
    const { firstKeys } = this.#about;
    let [low, high] = [0, firstKeys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((firstKeys[middle] ?? "") <= key) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** In order, so many blocks at a time. */
  async *cellsFrom(from: string, to: string | undefined, blocks: number): AsyncGenerator<Cell> {
    const { firstKeys } = this.#about;
    const isBefore = (key: string): boolean => to === undefined || key < to;
    for (let block = this.#blockOf(from); block < firstKeys.length;) {
      let count = 1;
      while (count < blocks && block + count < firstKeys.length) count += 1;
      if (!isBefore(firstKeys[block] ?? "")) return;
      for (const cell of await this.#cellsOf(block, count)) {
        if (cell.key < from) continue;
        if (!isBefore(cell.key)) return;
        yield cell;
      }
      block += count;
    }
  }

  async #cellsOf(block: number, count: number): Promise<Cell[]> {
    const { offsets } = this.#about;
    const start = offsets[block] ?? 0;
    const bytes = await this.#read(start, (offsets[block + count] ?? start) - start);
    const cells: Cell[] = [];
    for (let one = block; one < block + count; one += 1) {
      const [from, to] = [(offsets[one] ?? 0) - start, (offsets[one + 1] ?? 0) - start];
      const whole = this.#whole(bytes.subarray(from, to), this.number ^ (from + start));
      cells.push(...decoded(whole));
    }
    return cells;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

// ── Merging ───────────────────────────────────────────────────────────────────────────────────

/** All sources as one, each key once: from the first source that has it. Tombstones are cells like others. */
export async function* mergedCells(sources: readonly AsyncIterator<Cell>[]): AsyncGenerator<Cell> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let newest: Cell | undefined;
    for (const head of heads)
      if (head.done !== true && (newest === undefined || head.value.key < newest.key))
        newest = head.value;
    if (newest === undefined) return;
    yield newest;
    for (const [index, head] of heads.entries())
      if (head.done !== true && head.value.key === newest.key)
        heads[index] = await (sources[index] as AsyncIterator<Cell>).next();
  }
}

async function* withoutTombstones(cells: AsyncIterable<Cell>): AsyncGenerator<Cell> {
  for await (const cell of cells) if (cell.value !== undefined) yield cell;
}

async function* iterated(cells: readonly Cell[]): AsyncGenerator<Cell> {
  yield* cells;
}

function sortedCells(memtable: ReadonlyMap<string, string | undefined>): Cell[] {
  return [...memtable]
    .map(([key, value]) => ({ key, value }))
    .sort((left, right) => (left.key < right.key ? -1 : 1));
}

// ── Bytes ─────────────────────────────────────────────────────────────────────────────────────

const noValue = 0xffffffff;

/** keyLength:2 valueLength:4 key value */
function encoded({ key, value }: Cell): Buffer {
  const valueBytes = Buffer.from(value ?? "");
  const bytes = Buffer.alloc(6 + key.length + valueBytes.length);
  bytes.writeUInt16BE(key.length, 0);
  bytes.writeUInt32BE(value === undefined ? noValue : valueBytes.length, 2);
  bytes.write(key, 6, "latin1");
  valueBytes.copy(bytes, 6 + key.length);
  return bytes;
}

function decoded(bytes: Buffer): Cell[] {
  const cells: Cell[] = [];
  for (let at = 0; at < bytes.length;) {
    const keyEnd = at + 6 + bytes.readUInt16BE(at);
    const length = bytes.readUInt32BE(at + 2);
    const end = keyEnd + (length === noValue ? 0 : length);
    const value = length === noValue ? undefined : bytes.toString("utf8", keyEnd, end);
    cells.push({ key: bytes.toString("latin1", at + 6, keyEnd), value });
    at = end;
  }
  return cells;
}

/** checksum:4 length:4 content; the checksum is of this place alone. */
function checked(content: Buffer, seed: number): Buffer {
  const bytes = Buffer.alloc(8 + content.length);
  bytes.writeUInt32BE(content.length, 4);
  content.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4), seed), 0);
  return bytes;
}

/** The content that begins at `start`, if it is whole. */
function contentOf(bytes: Buffer, start: number, seed: number): Buffer | undefined {
  if (start + 8 > bytes.length) return undefined;
  const end = start + 8 + bytes.readUInt32BE(start + 4);
  if (end > bytes.length) return undefined;
  const isWhole = crc32(bytes.subarray(start + 4, end), seed) === bytes.readUInt32BE(start);
  return isWhole ? bytes.subarray(start + 8, end) : undefined;
}

/** Up to what a crash cut off. */
function cellsOfLog(bytes: Buffer, number: number): Cell[] {
  const cells: Cell[] = [];
  for (let at = 0; ;) {
    const content = contentOf(bytes, at, number ^ at);
    // Zeros are no record: one holds a cell at least.
    if (content === undefined || content.length === 0) return cells;
    cells.push(...decoded(content));
    at += 8 + content.length;
  }
}

async function readFully(file: DiskFile, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let count = 0; count < length;) {
    const piece = await file.read(position + count, length - count);
    if (piece.length === 0) throw new StorageError("The file ends early.");
    bytes.set(piece, count);
    count += piece.length;
  }
  return bytes;
}

function nameOf(number: number, ending: "l" | "t" | "m"): string {
  return `${String(number).padStart(8, "0")}.${ending}`;
}

function hex(number: number): string {
  return number.toString(16).padStart(8, "0");
}

// ── Filters ───────────────────────────────────────────────────────────────────────────────────

const bitsPerKey = 10;
const probes = 7;

function hashOf(key: string): number {
  let hash = 7;
  for (let index = 0; index < key.length; index += 1)
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x5bd1e995) ^ (hash >>> 15);
  return hash >>> 0;
}

function bitsOf(hash: number, count: number): number[] {
  const mixed = Math.imul(hash ^ (hash >>> 13), 0x85ebca6b);
  const start = (mixed ^ (mixed >>> 16)) >>> 0;
  const step = (Math.imul(start ^ (start >>> 15), 0xc2b2ae35) >>> 0) | 1;
  return Array.from({ length: probes }, (_, probe) => (start + probe * (step >>> 0)) % count);
}

function filterOf(hashes: readonly number[]): Buffer {
  const bits = Buffer.alloc(Math.ceil((hashes.length * bitsPerKey) / 8));
  for (const hash of hashes)
    for (const bit of bitsOf(hash, bits.length * 8))
      bits[bit >>> 3] = (bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
  return bits;
}

function isInFilter(bits: Buffer, hash: number): boolean {
  return bitsOf(hash, bits.length * 8).every(
    (bit) => ((bits[bit >>> 3] ?? 0) & (1 << (bit & 7))) !== 0,
  );
}

// ── Texts ─────────────────────────────────────────────────────────────────────────────────────

function bytesOf(name: string, text: unknown, bytesMax: number): string {
  if (typeof text !== "string" || /\p{Surrogate}/u.test(text)) refuse(`${name} is no text`);
  const bytes = Buffer.from(text).toString("latin1");
  if (bytes.length > bytesMax) refuse(`${name} has more than ${bytesMax} bytes`);
  return bytes;
}

function textOf(key: string): string {
  return Buffer.from(key, "latin1").toString();
}

function refuse(why: string): never {
  throw new InvalidArgumentError(`Refused: ${why}.`);
}
