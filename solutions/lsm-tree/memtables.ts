/**
 * The way of a write: from its call through a batch of the log into the memtable, and with the memtable
 * into a table.
 *
 *   put, delete ──▶ queue ──▶ batch ──▶ log, sync ──▶ memtable ──▶ answers
 *                                                        │ full
 *                                   frozen memtables ◀───┘
 *                                        │ one after the other, the oldest first
 *                                      tables
 *
 * Guarantees:
 * - The log has one order. Batches are written one after the other and applied whole, so the order of the
 *   log, of the memtable and of the answers are the same.
 * - A frozen memtable is read until the turn in which its table is.
 * - Each memtable has a log of its own, which goes when its table is in the manifest.
 * - When tables are not written or merged fast enough, writers wait; what waits has a limit.
 */
import type { Disk } from "#platform/disk.ts";
import { ClosedError, errorCode, OverloadedError } from "#platform/errors.ts";
import { Deferred } from "./deferred.ts";
import { tombstone, type Value } from "./entry.ts";
import type { Failure } from "./failure.ts";
import { Log, type LogEntry } from "./log.ts";
import { Memtable } from "./memtable.ts";
import type { Tables } from "./tables.ts";

/** A memtable is frozen early when its log has so many bytes: overwriting one key must not grow it for ever. */
const logBytesMax = 64 * 1024 * 1024;
/** A batch does not exceed this, unless a single write does. */
const batchBytesMax = 8 * 1024 * 1024;
/** With so many frozen memtables no batch is taken until one has become a table. */
const frozenMax = 2;

/** A write that waits for its batch. */
export interface Write extends LogEntry {
  readonly isAscii: boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A memtable that takes no more writes, and the log that keeps it safe until its table does. */
interface Frozen {
  readonly memtable: Memtable;
  readonly log: Log;
  readonly flushed: Deferred;
}

export interface MemtablesOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly memtableThreshold: number;
  readonly writersWaitingMax: number;
  readonly tables: Tables;
  readonly failure: Failure;
}

export class Memtables {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #memtableThreshold: number;
  readonly #writersWaitingMax: number;
  readonly #tables: Tables;
  readonly #failure: Failure;

  // What reads see: nothing that a crash could take back.
  #memtable = new Memtable();
  /** The newest first. */
  #frozen: readonly Frozen[] = [];

  /** The log of the memtable; undefined until its first batch. */
  #log: Log | undefined;
  /** Writes that no batch has taken yet, in the order of their calls. */
  #queue: Write[] = [];
  /** Writes called and not answered: those in the queue and those in the batch under way. */
  #writersWaiting = 0;
  #batchSizeBefore = 0;
  /** Flushes that wait until the memtable is frozen, between two batches. */
  #freezing: Deferred[] = [];
  /** Somebody waits until there is room for another batch. */
  #roomWanted: Deferred | undefined;

  // The loops that are running; none of them rejects.
  #committing: Promise<void> | undefined;
  #flushing: Promise<void> | undefined;
  /** True when frozen memtables may stay what they are. */
  #isWindingDown = false;

  constructor(options: MemtablesOptions) {
    this.#disk = options.disk;
    this.#directory = options.directory;
    this.#memtableThreshold = options.memtableThreshold;
    this.#writersWaitingMax = options.writersWaitingMax;
    this.#tables = options.tables;
    this.#failure = options.failure;
    this.#tables.onChange = () => this.#tellOfRoom();
    this.#failure.onFailure((error) => this.#tellAll(error));
  }

  // ── Write ───────────────────────────────────────────────────────────────────────────────────

  /** Throws when the write is refused; then it has had no effect. */
  write(write: Write): void {
    this.#failure.throwIfAny();
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
    // Whoever calls in this turn joins the first batch.
    await Promise.resolve();
    while (this.#queue.length > 0 || this.#freezing.length > 0) {
      await this.#roomForWrites();
      await this.#letWritersGather();
      if (this.#freezing.length > 0) this.#freeze();
      const writes = this.#takeBatch();
      if (writes.length > 0) await this.#commit(writes);
    }
    // No await between the last look at the queue and this line: nobody can queue in between.
    this.#committing = undefined;
  }

  /**
   * Pushes back: while too many memtables wait for their tables, or too many tables for a merge, no batch
   * is taken. Writers wait, then the queue is full, then the next write is refused.
   */
  async #roomForWrites(): Promise<void> {
    while (
      this.#failure.error === undefined &&
      (this.#frozen.length >= frozenMax || this.#tables.areTooMany)
    ) {
      this.#roomWanted ??= new Deferred();
      await this.#roomWanted.promise;
    }
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

  /** As many writes as fit into a batch, and into the memtable even if all their keys are new. */
  #takeBatch(): Write[] {
    const room = this.#memtableThreshold - this.#memtable.size;
    let count = 0;
    let bytes = 0;
    for (const { key, value } of this.#queue) {
      bytes += key.length + (value === tombstone ? 0 : value.length);
      if (count >= room || (count > 0 && bytes > batchBytesMax)) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #commit(writes: readonly Write[]): Promise<void> {
    this.#batchSizeBefore = writes.length;
    try {
      this.#log ??= await Log.create(this.#disk, this.#directory, this.#tables.nextNumber());
      await this.#log.append(writes);
    } catch (cause) {
      const failure = this.#failure.note(cause);
      for (const write of writes) write.reject(failure);
      return;
    }
    // From here on a crash may not lose the batch. Shown whole, then answered, without an await in
    // between: no read sees a part of it, and no answer comes before its value can be read.
    for (const { key, value, isAscii } of writes) this.#memtable.set(key, value, isAscii);
    this.#writersWaiting -= writes.length;
    for (const write of writes) write.resolve();
    const isFull =
      this.#memtable.size >= this.#memtableThreshold || this.#log.length >= logBytesMax;
    if (isFull) this.#freeze();
  }

  // ── Read ────────────────────────────────────────────────────────────────────────────────────

  /** Undefined when the key is in no memtable. */
  lookUp(key: string): Value | undefined {
    let value = this.#memtable.lookUp(key);
    for (let index = 0; value === undefined && index < this.#frozen.length; index += 1) {
      value = this.#frozen[index]?.memtable.lookUp(key);
    }
    return value;
  }

  /** All memtables that are read now, the newest first. */
  all(): Memtable[] {
    return [this.#memtable, ...this.#frozen.map(({ memtable }) => memtable)];
  }

  // ── Flush ───────────────────────────────────────────────────────────────────────────────────

  /** Resolves when all writes that were answered before the call are in tables. */
  async flush(): Promise<void> {
    this.#failure.throwIfAny();
    const freezing = new Deferred();
    this.#freezing.push(freezing);
    this.#committing ??= this.#commitQueue();
    await freezing.promise;
    await this.#frozen[0]?.flushed.promise;
  }

  /** The memtable takes no more writes: the next one begins a new one, with a log of its own. */
  #freeze(): void {
    if (this.#log !== undefined && this.#memtable.size > 0) {
      const flushed = new Deferred();
      // Not everybody who freezes a memtable waits for its table.
      flushed.promise.catch(() => undefined);
      this.#frozen = [{ memtable: this.#memtable, log: this.#log, flushed }, ...this.#frozen];
      this.#memtable = new Memtable();
      this.#log = undefined;
      this.#flushing ??= this.#flushFrozen();
    }
    for (const waiting of this.#freezing.splice(0)) waiting.resolve();
  }

  async #flushFrozen(): Promise<void> {
    let oldest: Frozen | undefined;
    while ((oldest = this.#frozen.at(-1)) !== undefined) {
      try {
        await this.#flushOne(oldest);
      } catch (error) {
        if (!(this.#isWindingDown && errorCode(error) === "CLOSED")) this.#failure.note(error);
        break;
      }
    }
    this.#flushing = undefined;
  }

  async #flushOne(frozen: Frozen): Promise<void> {
    const { memtable, log, flushed } = frozen;
    const goOn = (): void => {
      if (this.#isWindingDown) throw new ClosedError("The tree was closed.");
    };
    goOn();
    await this.#tables.add(memtable, log.number, goOn, () => {
      // The memtable goes in the turn in which its table comes: no read falls in between.
      this.#frozen = this.#frozen.filter((other) => other !== frozen);
    });
    flushed.resolve();
    await log.close().catch(() => undefined);
    await this.#tables.removeIfPossible("log", log.number);
  }

  // ── Fail and close ──────────────────────────────────────────────────────────────────────────

  #tellAll(error: Error): void {
    this.#writersWaiting -= this.#queue.length;
    for (const write of this.#queue.splice(0)) write.reject(error);
    for (const waiting of this.#freezing.splice(0)) waiting.reject(error);
    for (const { flushed } of this.#frozen) flushed.reject(error);
    this.#tellOfRoom();
  }

  #tellOfRoom(): void {
    this.#roomWanted?.resolve();
    this.#roomWanted = undefined;
  }

  /** Resolves when every write that was called is answered. */
  async answered(): Promise<void> {
    await this.#committing;
  }

  /** Gives up the flush that nobody waits for. What is not in a table is in a log. */
  async windDown(): Promise<void> {
    this.#isWindingDown = true;
    await this.#flushing;
  }

  async close(): Promise<void> {
    for (const log of [this.#log, ...this.#frozen.map((frozen) => frozen.log)]) {
      await log?.close().catch(() => undefined);
    }
  }
}
