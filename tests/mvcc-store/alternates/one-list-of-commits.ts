/**
 * Another right implementation: no key has versions. There is one list of commits, and a map of everything before it.
 * Must pass up to level 5.
 *
 *   base ├ 7 ┼ 8 ┼ 9 ┤┊├ 10 ┼ 11 ┤     a read goes back from its snapshot to the base until a commit has its key;
 *            └ oldest   └ safe        what the oldest snapshot contains is merged into the base
 *
 * Values are bytes from the put on. On the disk each batch is a file of its own, made when the one before it is safe:
 * a damaged one is torn if it is the last, and rotten if another one exists. Opening writes everything anew.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { Deserializer, Serializer } from "node:v8";
import type {
  BeginOptions,
  MvccStore,
  MvccStoreOptions,
  Transaction,
} from "#katas/mvcc-store/contract.ts";
import type { Disk, DiskFile, DiskLock } from "#platform/disk.ts";
import {
  ClosedError,
  ConflictError,
  CorruptionError,
  ExpiredError,
  InvalidArgumentError,
  OverloadedError,
  StorageError,
} from "#platform/errors.ts";

export const level = 5;

/** Undefined stands for a delete. */
type Writes = Map<string, Buffer | undefined>;

interface Commit {
  readonly number: number;
  readonly writes: Writes;
}

interface WaitingCommit extends Commit {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export async function openMvccStore(options: MvccStoreOptions = {}): Promise<MvccStore> {
  checkOptions(options);
  const { disk, directory } = options;
  if (disk === undefined || directory === undefined) return new ListStore(options, new Map());
  const lock = await disk.lock(directory);
  try {
    const shelf = new Shelf(disk, directory);
    return new ListStore(options, await shelf.recover(), { shelf, lock });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

// ── Memory ────────────────────────────────────────────────────────────────────────────────────

class ListStore implements MvccStore {
  readonly #options: MvccStoreOptions;
  readonly #base: Map<string, Buffer>;
  readonly #safety: { shelf: Shelf; lock: DiskLock } | undefined;
  /** Their numbers follow each other. */
  readonly #commits: Commit[] = [];
  /** In the order in which they began. */
  readonly #open = new Set<ListTransaction>();
  #lastNumber = 0;
  #safeNumber = 0;
  #queue: WaitingCommit[] = [];
  #waitingCount = 0;
  #writing: Promise<void> | undefined;
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    options: MvccStoreOptions,
    base: Map<string, Buffer>,
    safety?: { shelf: Shelf; lock: DiskLock },
  ) {
    this.#options = options;
    this.#base = base;
    this.#safety = safety;
  }

  begin({ isolation = "snapshot" }: BeginOptions = {}): Transaction {
    if (this.#closing !== undefined) throw new ClosedError("The store is closed.");
    if (!["snapshot", "serializable"].includes(isolation)) {
      throw new InvalidArgumentError("Expected an isolation that there is.");
    }
    this.#tidy();
    const transaction = new ListTransaction(this, this.#safeNumber, isolation === "serializable");
    this.#open.add(transaction);
    return transaction;
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    for (const transaction of this.#open) transaction.over = "closed";
    this.#open.clear();
    await this.#writing;
    await this.#safety?.lock.release();
  }

  now(): number {
    const { clock, transactionAgeMsMax } = this.#options;
    return transactionAgeMsMax === undefined ? 0 : (clock?.now() ?? 0);
  }

  check(transaction: ListTransaction): void {
    if (transaction.over === undefined && this.#isTooOld(transaction)) {
      this.end(transaction, "expired");
    }
    if (transaction.over === "closed") throw new ClosedError("The transaction is over.");
    if (transaction.over === "conflict") throw new ConflictError("The transaction has lost.");
    if (transaction.over === "expired") throw new ExpiredError("The transaction is too old.");
  }

  end(transaction: ListTransaction, how: "closed" | "conflict" | "expired"): void {
    if (transaction.over !== undefined) return;
    transaction.over = how;
    this.#open.delete(transaction);
    this.#tidy();
  }

  #isTooOld({ begunAt }: ListTransaction): boolean {
    return this.now() - begunAt > (this.#options.transactionAgeMsMax ?? Infinity);
  }

  /** Ends who is too old, and merges what all who are open contain into the base. */
  #tidy(): void {
    for (const transaction of this.#open) {
      if (!this.#isTooOld(transaction)) break;
      transaction.over = "expired";
      this.#open.delete(transaction);
    }
    const [oldest] = this.#open;
    const horizon = oldest?.snapshot ?? this.#safeNumber;
    let count = 0;
    for (const { number, writes } of this.#commits) {
      if (number > horizon) break;
      count += 1;
      for (const [key, value] of writes) {
        if (value === undefined) this.#base.delete(key);
        else this.#base.set(key, value);
      }
    }
    if (count > 0) this.#commits.splice(0, count);
  }

  // ── Read ────────────────────────────────────────────────────────────────────────────────────

  read(key: string, snapshot: number): Buffer | undefined {
    for (let index = this.#countUpTo(snapshot) - 1; index >= 0; index -= 1) {
      const writes = this.#commits[index]?.writes;
      if (writes?.has(key) === true) return writes.get(key);
    }
    return this.#base.get(key);
  }

  /** Everything that a snapshot contains. */
  state(snapshot: number): Writes {
    const state: Writes = new Map(this.#base);
    for (const { writes } of this.#commits.slice(0, this.#countUpTo(snapshot))) {
      for (const [key, value] of writes) state.set(key, value);
    }
    return state;
  }

  #countUpTo(number: number): number {
    return Math.max(0, number - (this.#commits[0]?.number ?? Infinity) + 1);
  }

  // ── Commit ──────────────────────────────────────────────────────────────────────────────────

  async commit(transaction: ListTransaction): Promise<void> {
    this.check(transaction);
    const { writes, snapshot } = transaction;
    if (writes.size === 0) {
      this.end(transaction, "closed");
      return;
    }
    if (this.#waitingCount >= (this.#options.commitsWaitingMax ?? 1024)) {
      throw new OverloadedError("Too many commits wait.");
    }
    const isInTheWay = this.#commits
      .slice(this.#countUpTo(snapshot))
      .some((other) =>
        [...other.writes.keys()].some((key) => writes.has(key) || transaction.hasRead(key)),
      );
    if (isInTheWay) {
      this.end(transaction, "conflict");
      throw new ConflictError("Another transaction has written the same.");
    }
    this.end(transaction, "closed");
    if (this.#failure !== undefined) throw this.#failure;
    const commit = { number: ++this.#lastNumber, writes };
    this.#commits.push(commit);
    const { shelf } = this.#safety ?? {};
    if (shelf === undefined) {
      this.#isSafe(commit.number);
      return;
    }
    await new Promise<void>((resolve, reject) => {
      this.#waitingCount += 1;
      this.#queue.push({ ...commit, resolve, reject });
      this.#writing ??= this.#writeAll(shelf);
    });
  }

  #isSafe(number: number): void {
    this.#safeNumber = number;
    this.#tidy();
  }

  async #writeAll(shelf: Shelf): Promise<void> {
    while (this.#queue.length > 0) {
      // Whoever calls in the same breath comes along.
      await Promise.resolve();
      const batch = this.#queue.splice(0);
      try {
        await shelf.write(batch);
        this.#isSafe(batch.at(-1)?.number ?? 0);
        this.#waitingCount -= batch.length;
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        const failure = new StorageError("The disk has failed.", { cause });
        this.#failure = failure;
        const all = [...batch, ...this.#queue.splice(0)];
        this.#waitingCount -= all.length;
        for (const { reject } of all) reject(failure);
      }
    }
    this.#writing = undefined;
  }
}

class ListTransaction implements Transaction {
  readonly snapshot: number;
  readonly writes: Writes = new Map();
  readonly begunAt: number;
  over: "closed" | "conflict" | "expired" | undefined;
  readonly #store: ListStore;
  readonly #isSerializable: boolean;
  readonly #keys = new Set<string>();
  readonly #ranges: [start: string, end: string | undefined][] = [];

  constructor(store: ListStore, snapshot: number, isSerializable: boolean) {
    this.#store = store;
    this.snapshot = snapshot;
    this.#isSerializable = isSerializable;
    this.begunAt = store.now();
  }

  hasRead(key: string): boolean {
    return this.#keys.has(key) || this.#ranges.some(([start, end]) => isBetween(key, start, end));
  }

  get(key: string): unknown {
    this.#store.check(this);
    checkKey(key);
    if (this.writes.has(key)) return decoded(this.writes.get(key));
    if (this.#isSerializable) this.#keys.add(key);
    return decoded(this.#store.read(key, this.snapshot));
  }

  range(start = "", end?: string): [key: string, value: unknown][] {
    this.#store.check(this);
    checkKey(start);
    if (end !== undefined) checkKey(end);
    if (this.#isSerializable) this.#ranges.push([start, end]);
    const state = this.#store.state(this.snapshot);
    for (const [key, value] of this.writes) state.set(key, value);
    return [...state.keys()]
      .filter((key) => state.get(key) !== undefined && isBetween(key, start, end))
      .sort()
      .map((key) => [key, decoded(state.get(key))]);
  }

  put(key: string, value: unknown): void {
    this.#store.check(this);
    checkKey(key);
    if (value === undefined) throw new InvalidArgumentError("Expected a value.");
    this.writes.set(key, encoded(value));
  }

  delete(key: string): void {
    this.#store.check(this);
    checkKey(key);
    this.writes.set(key, undefined);
  }

  commit(): Promise<void> {
    return this.#store.commit(this);
  }

  rollback(): void {
    this.#store.end(this, "closed");
  }
}

// ── Disk ──────────────────────────────────────────────────────────────────────────────────────

const digestLength = 16;

/** Files called `<n>.batch`, and one called `<n>.base`, which stands for all that have smaller numbers. */
class Shelf {
  readonly #disk: Disk;
  readonly #directory: string;
  #number = 0;

  constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.#directory = directory;
  }

  async recover(): Promise<Map<string, Buffer>> {
    const names = await this.#disk.list(this.#directory);
    const numbers = (ending: string): number[] =>
      names
        .filter((name) => name.endsWith(ending))
        .map((name) => Number.parseInt(name, 10))
        .sort((left, right) => left - right);
    const state = new Map<string, Buffer>();
    const base = numbers(".base").at(-1) ?? 0;
    const batches = numbers(".batch").filter((number) => number > base);
    const paths = [
      ...(base > 0 ? [`${base}.base`] : []),
      ...batches.map((number) => `${number}.batch`),
    ];
    for (const name of paths) {
      const path = `${this.#directory}/${name}`;
      const writes = await this.#read(path);
      const isLastBatch = name === `${batches.at(-1)}.batch`;
      if (writes === undefined && !isLastBatch) {
        throw new CorruptionError(path, 0, "another file says that it was safe");
      }
      for (const [key, value] of writes ?? []) {
        if (value === undefined) state.delete(key);
        else state.set(key, Buffer.from(value));
      }
    }
    this.#number = Math.max(0, ...names.map((name) => Number.parseInt(name, 10) || 0)) + 1;
    // What was read may never have been synced: everything is made safe again before it is shown.
    const unfinished = `${this.#directory}/${this.#number}.new`;
    await this.#writeFile(unfinished, [...state]);
    await this.#disk.rename(unfinished, `${this.#directory}/${this.#number}.base`);
    await this.#disk.syncDirectory(this.#directory);
    for (const name of names) await this.#disk.remove(`${this.#directory}/${name}`);
    return state;
  }

  async write(batch: readonly Commit[]): Promise<void> {
    this.#number += 1;
    const writes = batch.flatMap((commit) => [...commit.writes]);
    await this.#writeFile(`${this.#directory}/${this.#number}.batch`, writes);
    await this.#disk.syncDirectory(this.#directory);
  }

  async #writeFile(path: string, writes: [string, Buffer | undefined][]): Promise<void> {
    const file = await this.#disk.open(path, { create: true });
    try {
      const body = encoded(writes.map(([key, value]) => [key, value && Uint8Array.from(value)]));
      await file.append(Buffer.concat([digestOf(body), body]));
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** The writes in a file, or undefined when it is not whole. */
  async #read(path: string): Promise<[string, Uint8Array | undefined][] | undefined> {
    const file = await this.#disk.open(path);
    try {
      const bytes = await wholeOf(file);
      const body = bytes.subarray(digestLength);
      if (!digestOf(body).equals(bytes.subarray(0, digestLength))) return undefined;
      return decoded(body) as [string, Uint8Array | undefined][];
    } finally {
      await file.close();
    }
  }
}

async function wholeOf(file: DiskFile): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let position = 0; ;) {
    const part = await file.read(position, 2 ** 20);
    if (part.length === 0) return Buffer.concat(parts);
    parts.push(part);
    position += part.length;
  }
}

function digestOf(body: Buffer): Buffer {
  return createHash("sha256").update(body).digest().subarray(0, digestLength);
}

// ── Values and arguments ──────────────────────────────────────────────────────────────────────

function encoded(value: unknown): Buffer {
  const serializer = new Serializer();
  try {
    serializer.writeHeader();
    serializer.writeValue(value);
  } catch (cause) {
    throw new InvalidArgumentError("Expected a value that can be copied.", { cause });
  }
  return Buffer.from(serializer.releaseBuffer());
}

function decoded(bytes: Buffer | undefined): unknown {
  if (bytes === undefined) return undefined;
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

function isBetween(key: string, start: string, end: string | undefined): boolean {
  return key >= start && (end === undefined || key < end);
}

function checkKey(key: unknown): void {
  // A lone surrogate does not survive UTF-8.
  const isKey = typeof key === "string" && key.length <= 1024;
  if (isKey && Buffer.from(key).toString() === key) return;
  throw new InvalidArgumentError("Expected a well-formed string of at most 1024 code units.");
}

function checkOptions(options: MvccStoreOptions): void {
  const { disk, directory, clock, transactionAgeMsMax, commitsWaitingMax = 1 } = options;
  const isDiskWhole = (disk === undefined) === (directory === undefined);
  const isAgeRight =
    transactionAgeMsMax === undefined ||
    (clock !== undefined && Number.isFinite(transactionAgeMsMax) && transactionAgeMsMax > 0);
  if (isDiskWhole && isAgeRight && Number.isSafeInteger(commitsWaitingMax) && commitsWaitingMax > 0)
    return;
  throw new InvalidArgumentError("Expected options as the contract describes them.");
}
