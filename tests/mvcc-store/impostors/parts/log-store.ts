/**
 * The plain store with a log, up to level 5. Each batch of commits is one line with a checksum, appended and synced
 * only when the line before it is safe. So a damaged line is rotten if a whole one follows, and torn if none does.
 */
import { Buffer } from "node:buffer";
import { Deserializer, Serializer } from "node:v8";
import type { MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import type { Disk, DiskFile, DiskLock } from "#platform/disk.ts";
import { CorruptionError, OverloadedError, StorageError } from "#platform/errors.ts";
import { crc32 } from "./crc32.ts";
import { PlainStore, type PlainTransaction, type Writes } from "./plain-store.ts";

export interface WaitingCommit {
  readonly number: number;
  readonly writes: Writes;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A log that is open for more. */
export interface Log {
  readonly file: DiskFile;
  readonly lock: DiskLock;
}

export async function openLogStore<Store extends LogStore>(store: Store): Promise<Store> {
  const { disk, directory } = store.options;
  if (disk === undefined || directory === undefined) return store;
  const lock = await store.takeLock(disk, directory);
  try {
    store.log = { lock, file: await store.recover(disk, directory) };
  } catch (error) {
    await lock.release();
    throw error;
  }
  return store;
}

export class LogStore extends PlainStore {
  queue: WaitingCommit[] = [];
  /** Those in the queue and those in the batch under way. */
  waitingCount = 0;
  writing: Promise<void> | undefined;
  failure: Error | undefined;
  /** Absent for a store in memory. */
  log: Log | undefined;

  constructor(options: MvccStoreOptions = {}) {
    super(options);
  }

  get commitsWaitingMax(): number {
    return this.options.commitsWaitingMax ?? 1024;
  }

  // ── Commit ──────────────────────────────────────────────────────────────────────────────────

  override admit(transaction: PlainTransaction): void {
    if (this.waitingCount >= this.commitsWaitingMax) {
      throw new OverloadedError("Too many commits wait.");
    }
    if (this.failure === undefined) return;
    this.end(transaction, "closed");
    throw this.failure;
  }

  override async persist(number: number, writes: Writes): Promise<void> {
    const { log } = this;
    if (log === undefined) {
      this.publish(number);
      return;
    }
    await new Promise<void>((resolve, reject) => {
      this.waitingCount += 1;
      this.queue.push({ number, writes, resolve, reject });
      this.writing ??= this.writeQueue(log);
    });
  }

  async writeQueue(log: Log): Promise<void> {
    while (this.queue.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const batch = this.takeBatch();
      try {
        await this.writeBatch(log, batch);
        this.answer(batch);
      } catch (cause) {
        this.fail(batch, cause);
      }
    }
    this.writing = undefined;
  }

  takeBatch(): WaitingCommit[] {
    return this.queue.splice(0);
  }

  async writeBatch({ file }: Log, batch: readonly WaitingCommit[]): Promise<void> {
    await file.append(lineOf(batch.flatMap(({ writes }) => [...writes])));
    await file.sync();
  }

  answer(batch: readonly WaitingCommit[]): void {
    this.publish(batch.at(-1)?.number ?? this.visibleNumber);
    this.waitingCount -= batch.length;
    for (const { resolve } of batch) resolve();
  }

  fail(batch: readonly WaitingCommit[], cause: unknown): void {
    const failure = new StorageError("The disk has failed; open the store again.", { cause });
    this.failure = failure;
    const waiting = [...batch, ...this.queue.splice(0)];
    this.waitingCount -= waiting.length;
    for (const { reject } of waiting) reject(failure);
  }

  override async shutDown(): Promise<void> {
    await super.shutDown();
    await this.writing;
    try {
      await this.log?.file.close();
    } finally {
      await this.log?.lock.release();
    }
  }

  // ── Recover ─────────────────────────────────────────────────────────────────────────────────

  takeLock(disk: Disk, directory: string): Promise<DiskLock> {
    return disk.lock(directory);
  }

  logPath(directory: string): string {
    return `${directory}/log`;
  }

  /** What can be read is made safe before anybody sees it. */
  async recover(disk: Disk, directory: string): Promise<DiskFile> {
    const path = this.logPath(directory);
    const file = await disk.open(path, { create: true });
    try {
      const bytes = await readWhole(file);
      const length = this.replay(path, bytes);
      if (length < bytes.length) await file.truncate(length);
      await this.makeSafe(disk, directory, file);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async makeSafe(disk: Disk, directory: string, file: DiskFile): Promise<void> {
    await file.sync();
    await disk.syncDirectory(directory);
  }

  /** Applies all whole lines up to the first damage, and returns where they end. */
  replay(path: string, bytes: Buffer): number {
    let length = 0;
    for (const { start, end, writes } of linesOf(bytes)) {
      if (writes === undefined) continue;
      if (start > length) throw new CorruptionError(path, length, "a whole line follows it");
      this.apply(writes);
      length = end;
    }
    return length;
  }

  apply(writes: readonly [string, unknown][]): void {
    for (const [key, value] of writes) {
      if (value === undefined) this.versions.delete(key);
      else this.versions.set(key, [{ number: 0, value }]);
    }
  }
}

// ── Lines ─────────────────────────────────────────────────────────────────────────────────────

export interface Line {
  readonly start: number;
  readonly end: number;
  /** Undefined when the line is damaged. */
  readonly writes: [string, unknown][] | undefined;
}

const checksumDigits = 8;

export function lineOf(writes: readonly (readonly [string, unknown])[]): Buffer {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(writes);
  const body = serializer.releaseBuffer().toString("base64");
  return Buffer.from(`${crc32(body)}${body}\n`, "latin1");
}

export function* linesOf(bytes: Buffer): Generator<Line> {
  let start = 0;
  while (start < bytes.length) {
    const newline = bytes.indexOf(10, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    yield { start, end, writes: newline < 0 ? undefined : writesIn(bytes, start, newline) };
    start = end;
  }
}

function writesIn(bytes: Buffer, start: number, end: number): [string, unknown][] | undefined {
  const line = bytes.toString("latin1", start, end);
  const body = line.slice(checksumDigits);
  if (line.length <= checksumDigits || crc32(body) !== line.slice(0, checksumDigits)) {
    return undefined;
  }
  const deserializer = new Deserializer(Buffer.from(body, "base64"));
  deserializer.readHeader();
  return deserializer.readValue() as [string, unknown][];
}

export async function readWhole(file: DiskFile): Promise<Buffer> {
  const size = await file.size();
  const pieces: Uint8Array[] = [];
  for (let position = 0; position < size;) {
    const piece = await file.read(position, size - position);
    if (piece.length === 0) throw new StorageError("Expected more bytes.");
    pieces.push(piece);
    position += piece.length;
  }
  return Buffer.concat(pieces);
}
