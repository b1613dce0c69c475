/**
 * A right store of another structure: one map for each state, copied whole by every commit, and locks on keys.
 *
 *     visible ──► Map { a → 1, b → 2 }        a snapshot is the map itself; nobody ever changes one
 *     locks       Map { b → T7 }              taken by the first write, so conflicts show there
 *     recent      [ 5: {a}, 6: {b, c} ]       who wrote what since the oldest open transaction began
 *
 * Serializable whatever was asked for: every transaction that writes is compared with what was committed since its
 * begin, by what it has read as well. Commits are numbered when they are called, go to the log in batches, become
 * visible after the sync, and are answered some turns of the event loop later. Each batch is one checksummed unit.
 */
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import type {
  BeginOptions,
  MvccStore,
  MvccStoreOptions,
  Transaction,
} from "#katas/mvcc-store/contract.ts";
import type { Clock } from "#platform/clock.ts";
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

type State = ReadonlyMap<string, unknown>;
/** undefined deletes. */
type Writes = Map<string, unknown>;

interface Commit {
  writes: Writes;
  resolve: () => void;
  reject: (error: Error) => void;
}

export async function openMvccStore(options: MvccStoreOptions = {}): Promise<MvccStore> {
  checkOptions(options);
  const { disk, directory } = options;
  if (disk === undefined || directory === undefined)
    return new Store(options, new Map(), undefined);
  const lock = await disk.lock(directory);
  try {
    const { file, state } = await recover(disk, directory);
    return new Store(options, state, { file, lock });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

class Store implements MvccStore {
  visible: State;
  number = 0;
  visibleNumber = 0;
  readonly open = new Set<Work>();
  readonly locks = new Map<string, Work>();
  recent: { number: number; keys: ReadonlySet<string> }[] = [];
  readonly clock: Clock | undefined;
  readonly ageMsMax: number;
  isClosed = false;
  readonly #waitingMax: number;
  readonly #durable: { file: DiskFile; lock: DiskLock } | undefined;
  #queue: Commit[] = [];
  #waiting = 0;
  #writing: Promise<void> | undefined;
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    { transactionAgeMsMax, clock, commitsWaitingMax = 1024 }: MvccStoreOptions,
    state: State,
    durable: { file: DiskFile; lock: DiskLock } | undefined,
  ) {
    this.visible = state;
    this.ageMsMax = transactionAgeMsMax ?? Number.POSITIVE_INFINITY;
    this.clock = transactionAgeMsMax === undefined ? undefined : clock;
    this.#waitingMax = commitsWaitingMax;
    this.#durable = durable;
  }

  begin(options: BeginOptions = {}): Transaction {
    if (this.isClosed) throw new ClosedError("The store is closed.");
    const { isolation = "snapshot" } = options;
    if (!["snapshot", "serializable"].includes(isolation))
      throw new InvalidArgumentError("Expected an isolation that there is.");
    for (const work of this.open) work.expireIfOld();
    return new Work(this);
  }

  async commit(work: Work): Promise<void> {
    const { writes } = work;
    if (writes.size === 0) {
      work.end();
      return;
    }
    if (this.#durable !== undefined && this.#waiting >= this.#waitingMax)
      throw new OverloadedError("Too many commits wait.");
    if (this.recent.some(({ number, keys }) => number > work.number && work.hasTouched(keys))) {
      work.end("conflict");
      throw new ConflictError("Somebody has committed what this transaction has read or written.");
    }
    work.isCommitting = true;
    this.recent.push({ number: ++this.number, keys: new Set(writes.keys()) });
    if (this.#durable === undefined) {
      this.#publish(writes);
      work.end();
      await turns(2);
      return;
    }
    this.#waiting++;
    try {
      await new Promise<void>((resolve, reject: (error: Error) => void) => {
        this.#queue.push({ writes, resolve, reject });
        this.#writing ??= this.#writeAll();
      });
    } finally {
      this.#waiting--;
      work.end();
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.isClosed = true;
    for (const work of this.open) if (!work.isCommitting) work.end();
    await this.#writing;
    try {
      await this.#durable?.file.close();
    } finally {
      await this.#durable?.lock.release();
    }
  }

  async #writeAll(): Promise<void> {
    // Whoever commits in the same breath goes into the same batch.
    await turns(1);
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      try {
        if (this.#failure !== undefined) throw this.#failure;
        await this.#durable?.file.append(encode(batch.map(({ writes }) => [...writes])));
        await this.#durable?.file.sync();
      } catch (error) {
        this.#failure ??= new StorageError("The log has failed.", { cause: error });
        for (const { reject } of batch) reject(this.#failure);
        continue;
      }
      for (const { writes } of batch) this.#publish(writes);
      await turns(2);
      for (const { resolve } of batch) resolve();
      await turns(1);
    }
    this.#writing = undefined;
  }

  #publish(writes: Writes): void {
    const next = new Map(this.visible);
    for (const [key, value] of writes) {
      if (value === undefined) next.delete(key);
      else next.set(key, value);
    }
    this.visible = next;
    this.visibleNumber++;
  }

  forget(work: Work): void {
    this.open.delete(work);
    for (const key of work.writes.keys()) if (this.locks.get(key) === work) this.locks.delete(key);
    let oldest = this.visibleNumber;
    for (const { number } of this.open) oldest = Math.min(oldest, number);
    this.recent = this.recent.filter(({ number }) => number > oldest);
  }
}

class Work implements Transaction {
  readonly number: number;
  writes: Writes = new Map();
  isCommitting = false;
  readonly #store: Store;
  #snapshot: State;
  readonly #begunAt: number;
  readonly #keysRead = new Set<string>();
  readonly #rangesRead: { start: string; end: string | undefined }[] = [];
  #ending: "over" | "conflict" | "expired" | undefined;

  constructor(store: Store) {
    this.#store = store;
    this.#snapshot = store.visible;
    this.number = store.visibleNumber;
    this.#begunAt = store.clock?.now() ?? 0;
    store.open.add(this);
  }

  get(key: string): unknown {
    this.#check();
    checkKey(key);
    if (this.writes.has(key)) return copyOf(this.writes.get(key));
    this.#keysRead.add(key);
    return copyOf(this.#snapshot.get(key));
  }

  range(start?: string, end?: string): [key: string, value: unknown][] {
    this.#check();
    if (start !== undefined) checkKey(start);
    if (end !== undefined) checkKey(end);
    const from = start ?? "";
    this.#rangesRead.push({ start: from, end });
    const merged = new Map([...this.#snapshot, ...this.writes]);
    return [...merged]
      .filter(([key, value]) => value !== undefined && isWithin(key, { start: from, end }))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, value]) => [key, copyOf(value)]);
  }

  put(key: string, value: unknown): void {
    this.#check();
    checkKey(key);
    if (value === undefined) throw new InvalidArgumentError("undefined is no value.");
    const copy = copyOf(value);
    this.#lock(key);
    this.writes.set(key, copy);
  }

  delete(key: string): void {
    this.#check();
    checkKey(key);
    this.#lock(key);
    this.writes.set(key, undefined);
  }

  async commit(): Promise<void> {
    this.#check();
    await this.#store.commit(this);
  }

  rollback(): void {
    if (!this.isCommitting && this.#ending === undefined) this.end();
  }

  end(ending: "over" | "conflict" | "expired" = "over"): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#store.forget(this);
    this.writes = new Map();
    this.#snapshot = new Map();
  }

  expireIfOld(): void {
    const { clock, ageMsMax } = this.#store;
    if (clock !== undefined && !this.isCommitting && clock.now() - this.#begunAt > ageMsMax)
      this.end("expired");
  }

  hasTouched(keys: ReadonlySet<string>): boolean {
    for (const key of keys) {
      if (this.writes.has(key) || this.#keysRead.has(key)) return true;
      if (this.#rangesRead.some((bounds) => isWithin(key, bounds))) return true;
    }
    return false;
  }

  #lock(key: string): void {
    const { locks, recent } = this.#store;
    locks.get(key)?.expireIfOld();
    const holder = locks.get(key);
    const isTaken = holder !== undefined && holder !== this;
    if (isTaken || recent.some(({ number, keys }) => number > this.number && keys.has(key))) {
      this.end("conflict");
      throw new ConflictError("Somebody else has written this key.");
    }
    locks.set(key, this);
  }

  #check(): void {
    this.expireIfOld();
    if (this.#ending === "expired") throw new ExpiredError("The transaction has become too old.");
    if (this.#ending === "conflict") throw new ConflictError("The transaction was refused before.");
    if (this.#ending !== undefined || this.isCommitting)
      throw new ClosedError("The transaction is over.");
  }
}

function isWithin(
  key: string,
  { start, end }: { start: string; end: string | undefined },
): boolean {
  return key >= start && (end === undefined || key < end);
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((go) => setImmediate(go));
}

// ── The log ───────────────────────────────────────────────────────────────────────────────────

/** Length and checksum of the body, then the body. */
const headBytes = 12;
const mark = 0x4d564343;

function encode(batch: readonly (readonly [string, unknown][])[]): Uint8Array {
  const body = serialize(batch);
  const head = Buffer.alloc(headBytes);
  head.writeUInt32LE(mark, 0);
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(crc32(body, body.length), 8);
  return Buffer.concat([head, body]);
}

/** The body of the batch at this position; undefined where there is no whole one. */
function bodyAt(log: Buffer, position: number): Buffer | undefined {
  if (position + headBytes > log.length || log.readUInt32LE(position) !== mark) return undefined;
  const length = log.readUInt32LE(position + 4);
  const body = log.subarray(position + headBytes, position + headBytes + length);
  // Zeros would be the checksum of nothing.
  if (length === 0 || body.length !== length) return undefined;
  return crc32(body, length) === log.readUInt32LE(position + 8) ? body : undefined;
}

async function recover(disk: Disk, directory: string): Promise<{ file: DiskFile; state: State }> {
  const path = `${directory}/log`;
  const file = await disk.open(path, { create: true });
  const log = await readWhole(file);
  const state = new Map<string, unknown>();
  let position = 0;
  for (let body = bodyAt(log, 0); body !== undefined; body = bodyAt(log, position)) {
    for (const [key, value] of (deserialize(body) as [string, unknown][][]).flat()) {
      if (value === undefined) state.delete(key);
      else state.set(key, value);
    }
    position += headBytes + body.length;
  }
  // A batch is written when the one before it is synced: whatever precedes a whole one had been synced.
  for (let later = position + 1; later + headBytes < log.length; later++)
    if (bodyAt(log, later) !== undefined)
      throw new CorruptionError(path, position, "a batch before the last one is not whole");
  if (position < log.length) await file.truncate(position);
  await file.sync();
  await disk.syncDirectory(directory);
  return { file, state };
}

async function readWhole(file: DiskFile): Promise<Buffer> {
  const size = await file.size();
  const parts: Uint8Array[] = [];
  for (let length = 0; length < size;) {
    const part = await file.read(length, size - length);
    parts.push(part);
    length += part.length;
  }
  return Buffer.concat(parts);
}

// ── Arguments ─────────────────────────────────────────────────────────────────────────────────

function checkKey(key: unknown): void {
  const isKey = typeof key === "string" && key.length <= 1024 && !/\p{Surrogate}/u.test(key);
  if (!isKey) throw new InvalidArgumentError("Expected a well-formed string of up to 1024 units.");
}

function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch (cause) {
    throw new InvalidArgumentError("Expected a value that can be copied.", { cause });
  }
}

function checkOptions(options: MvccStoreOptions): void {
  const { transactionAgeMsMax: age = 1, clock, disk, directory, commitsWaitingMax = 1 } = options;
  const facts = [
    Number.isFinite(age) && age > 0,
    options.transactionAgeMsMax === undefined || clock !== undefined,
    (disk === undefined) === (directory === undefined),
    Number.isSafeInteger(commitsWaitingMax) && commitsWaitingMax >= 1,
  ];
  if (facts.includes(false)) throw new InvalidArgumentError("An option is not what it should be.");
}
