/**
 * A durable key-value store: memory answers the reads, a log remembers the writes.
 *
 *   put, delete ──▶ queue ──▶ one batch ──▶ append ──▶ sync ──▶ memory ──▶ answers
 *   get ◀───────────────────────────────────────────────────── memory
 *   compact     memory ──▶ snapshot ──▶ everything older is removed
 *   open        snapshot ──▶ later segments ──▶ memory
 *
 * Guarantees, under the fault model of the brief:
 * - A write is answered when its batch is on the disk, name and bytes, and it is seen only then.
 * - The log has one order. Batches are written one after the other and applied whole, so the order of
 *   the log, of the memory, of the answers, and of a replay are the same.
 * - Once the disk has failed a batch, no write is accepted until the next open. Reads go on.
 *
 * Reading order: batch.ts (the bytes), log.ts (one batch at a time), this file, recovery.ts,
 * snapshot.ts. files.ts, bytes.ts and checksum.ts are tools.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import type { Disk, DiskLock } from "#platform/disk.ts";
import {
  ClosedError,
  InvalidArgumentError,
  OverloadedError,
  StorageError,
} from "#platform/errors.ts";
import type { LogRecord } from "./batch.ts";
import { bytesOf, textOf } from "./bytes.ts";
import { listFiles, pathOf } from "./files.ts";
import type { Log } from "./log.ts";
import { type Recovered, recover } from "./recovery.ts";
import { writeSnapshot } from "./snapshot.ts";

const keyBytesMax = 1024;
const valueBytesMax = 1_048_576;
const writersWaitingMaxDefault = 1024;
const segmentBytesMaxDefault = 1_048_576;

/** What a record costs beside its key and value, generously: its header and its share of a batch's. */
const recordOverheadBytes = 64;

/** A write that waits for its batch. */
interface Write extends LogRecord {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

// ── Open ──────────────────────────────────────────────────────────────────────────────────────

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const { writersWaitingMax = writersWaitingMaxDefault, segmentBytesMax = segmentBytesMaxDefault } =
    options;
  if (typeof directory !== "string" || directory === "") {
    throw new InvalidArgumentError("Expected `directory` to be the path of a directory.");
  }
  checkWholeNumber("writersWaitingMax", writersWaitingMax, 1);
  checkWholeNumber("segmentBytesMax", segmentBytesMax, 1024);

  // Locked before the first look: another life may be in the middle of changing what is there.
  const lock = await disk.lock(directory);
  try {
    const recovered = await recover(disk, directory, segmentBytesMax);
    return new LoggedStore({
      disk,
      directory,
      lock,
      writersWaitingMax,
      segmentBytesMax,
      ...recovered,
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface StoreParts extends Recovered {
  readonly disk: Disk;
  readonly directory: string;
  readonly lock: DiskLock;
  readonly writersWaitingMax: number;
  readonly segmentBytesMax: number;
}

class LoggedStore implements DurableKv {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #lock: DiskLock;
  readonly #writersWaitingMax: number;
  readonly #segmentBytesMax: number;
  readonly #log: Log;
  /** Every live record, and nothing that a crash could take back. Strings of bytes, see bytes.ts. */
  readonly #memory: Map<string, string>;

  /** Writes that no batch has taken yet, in the order of their calls. */
  #queue: Write[] = [];
  /** Writes called and not answered: those in the queue and those in the batch under way. */
  #writersWaiting = 0;
  /** Runs while the queue is not empty. Never rejects. */
  #committing: Promise<void> | undefined;
  /** The batch under way, from its append until its answers. Never rejects. */
  #batch: Promise<void> | undefined;
  #batchSizeBefore = 0;
  /** Set by the first batch that the disk failed: from then on nothing is written. */
  #failure: StorageError | undefined;
  #compacting: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: StoreParts) {
    this.#disk = parts.disk;
    this.#directory = parts.directory;
    this.#lock = parts.lock;
    this.#writersWaitingMax = parts.writersWaitingMax;
    this.#segmentBytesMax = parts.segmentBytesMax;
    this.#memory = parts.memory;
    this.#log = parts.log;
  }

  // ── Write ───────────────────────────────────────────────────────────────────────────────────

  put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#refuseIfClosed();
      checkBytes("key", key, 1, keyBytesMax);
      checkBytes("value", value, 0, valueBytesMax);
      this.#enqueue({ key: textOf(key), value: textOf(value), resolve, reject });
    });
  }

  delete(key: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#refuseIfClosed();
      checkBytes("key", key, 1, keyBytesMax);
      this.#enqueue({ key: textOf(key), value: undefined, resolve, reject });
    });
  }

  #enqueue(write: Write): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#writersWaiting >= this.#writersWaitingMax) {
      throw new OverloadedError(
        `Expected at most ${this.#writersWaitingMax} writes to wait, got one more.`,
      );
    }
    this.#writersWaiting += 1;
    this.#queue.push(write);
    this.#committing ??= this.#commitQueue();
  }

  async #commitQueue(): Promise<void> {
    while (this.#queue.length > 0) {
      await this.#letWritersGather();
      const writes = this.#queue.splice(0, this.#log.countFitting(this.#queue));
      this.#batch = this.#commit(writes);
      await this.#batch;
      this.#batch = undefined;
    }
    // No await between the last look at the queue and this line: nobody can queue in between.
    this.#committing = undefined;
  }

  /**
   * Waits a moment before a batch is taken. The writers whom the last batch answered are about to call
   * again; a batch that starts at once leaves without them, and from then on two groups of writers
   * take turns, each waiting for two syncs. A lone writer has nobody to wait for.
   */
  async #letWritersGather(): Promise<void> {
    if (this.#batchSizeBefore > 1 || this.#queue.length > 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async #commit(writes: readonly Write[]): Promise<void> {
    this.#batchSizeBefore = writes.length;
    try {
      await this.#log.append(writes);
    } catch (cause) {
      this.#fail(writes, cause);
      return;
    }
    // From here on a crash may not lose the batch. Shown whole, then answered, without an await in
    // between: no read sees a part of it, and no answer comes before its value can be read.
    for (const { key, value } of writes) {
      if (value === undefined) this.#memory.delete(key);
      else this.#memory.set(key, value);
    }
    this.#writersWaiting -= writes.length;
    for (const write of writes) write.resolve();
  }

  /**
   * Nobody knows what of this batch is on the disk, and a sync that succeeded now would not tell. So
   * nothing is tried again: everyone who waits is told, and the next open looks at what is there.
   */
  #fail(writes: readonly Write[], cause: unknown): void {
    const failure = new StorageError("The disk failed a write; open the store again to go on.", {
      cause,
    });
    this.#failure = failure;
    const waiting = [...writes, ...this.#queue];
    this.#queue = [];
    this.#writersWaiting -= waiting.length;
    for (const write of waiting) write.reject(failure);
  }

  // ── Read ────────────────────────────────────────────────────────────────────────────────────

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#refuseIfClosed();
    checkBytes("key", key, 1, keyBytesMax);
    const value = this.#memory.get(textOf(key));
    return value === undefined ? undefined : bytesOf(value);
  }

  // ── Maintain ────────────────────────────────────────────────────────────────────────────────

  async compact(): Promise<void> {
    this.#refuseIfClosed();
    this.#compacting ??= this.#compactUntilSmall().finally(() => {
      this.#compacting = undefined;
    });
    await this.#compacting;
  }

  /** Writers do not wait for a compaction, so one round may leave more behind it than it removed. */
  async #compactUntilSmall(): Promise<void> {
    let snapshotBytes: number;
    do {
      snapshotBytes = await this.#compactOnce();
    } while (snapshotBytes + this.#log.bytesSinceCut > this.#spaceAllowed());
  }

  /** Replaces everything written so far by a snapshot, and answers how long that is. */
  async #compactOnce(): Promise<number> {
    // The cut goes between two batches: what is in the memory is then exactly what the log says
    // before it, and every later write is in a segment behind it.
    while (this.#batch !== undefined) await this.#batch;
    this.#refuseIfUseless();
    const number = await this.#log.cut();
    const snapshotBytes = await this.#writeSnapshot(number);
    for (const file of await listFiles(this.#disk, this.#directory)) {
      if (file.number < number) await this.#disk.remove(file.path);
    }
    // The space is given back for good only when no crash can bring the removed names back.
    await this.#disk.syncDirectory(this.#directory);
    return snapshotBytes;
  }

  async #writeSnapshot(number: number): Promise<number> {
    const records = firstRecords(this.#memory, this.#memory.size);
    try {
      return await writeSnapshot(this.#disk, this.#directory, number, records, () =>
        this.#refuseIfUseless(),
      );
    } catch (error) {
      // The log is untouched, so writers go on. If this fails as well, the next compaction or the next
      // open removes the file; which error came first is what the caller has to know.
      await this.#disk.remove(pathOf(this.#directory, "unfinished", number)).catch(() => undefined);
      throw error;
    }
  }

  /** Well below what the brief allows, so that the next few writes do not exceed it. */
  #spaceAllowed(): number {
    let liveBytes = 0;
    for (const [key, value] of this.#memory)
      liveBytes += key.length + value.length + recordOverheadBytes;
    return 2 * liveBytes + 2 * this.#segmentBytesMax;
  }

  #refuseIfUseless(): void {
    this.#refuseIfClosed();
    if (this.#failure !== undefined) throw this.#failure;
  }

  // ── Close ───────────────────────────────────────────────────────────────────────────────────

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    await this.#committing;
    // A compaction notices and gives up, unless only the removal of old files is left. Its caller is
    // told; here its outcome does not matter.
    await this.#compacting?.catch(() => undefined);
    try {
      await this.#log.close();
    } finally {
      await this.#lock.release();
    }
  }

  #refuseIfClosed(): void {
    if (this.#closing !== undefined)
      throw new ClosedError("Expected the store to be open; it was closed.");
  }
}

// ── Helpers ───────────────────────────────────────────────────────────────────────────────────

/**
 * The records of a map that goes on changing. A map hands out its entries in the order of insertion,
 * so the first `count` are those of now, changed or not, and the end does not run away from us.
 */
function* firstRecords(memory: ReadonlyMap<string, string>, count: number): Generator<LogRecord> {
  let left = count;
  for (const [key, value] of memory) {
    if (left === 0) return;
    left -= 1;
    yield { key, value };
  }
}

function checkBytes(name: string, bytes: unknown, lengthMin: number, lengthMax: number): void {
  if (!(bytes instanceof Uint8Array)) {
    throw new InvalidArgumentError(`Expected \`${name}\` to be a Uint8Array, got ${typeof bytes}.`);
  }
  if (bytes.length < lengthMin || bytes.length > lengthMax) {
    const range = `${lengthMin}–${lengthMax} bytes`;
    throw new InvalidArgumentError(`Expected \`${name}\` to be ${range}, got ${bytes.length}.`);
  }
}

function checkWholeNumber(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new InvalidArgumentError(
      `Expected \`${name}\` to be a whole number from ${least}, got ${String(value)}.`,
    );
  }
}
