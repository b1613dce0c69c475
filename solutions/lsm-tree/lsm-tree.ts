/**
 * A log-structured merge tree: writes gather in a sorted memtable, memtables become immutable tables, and
 * tables are merged.
 *
 *   put, delete ──▶ queue ──▶ batch ──▶ log, sync ──▶ memtable ──▶ answers
 *                                                       │ full
 *   flush                        frozen memtable ◀──────┘
 *                                   │ table, sync, manifest
 *   compact       tables ◀──────────┘
 *                 │   ▲ merged
 *                 └───┘
 *   get, range  ◀── memtable, frozen memtables, tables: the newest first
 *
 * Guarantees, under the fault model of the brief:
 * - A write is answered when its batch is on the disk, name and bytes, and it is seen only then.
 * - What a read shows is one moment: memtables and version change together, in one turn.
 * - A log is removed when the manifest that lists its table is safe; a table, when no manifest lists it
 *   and nobody reads it.
 * - Once the disk has failed a write, a flush or a merge, nothing is written until the next open. Reads
 *   go on.
 *
 * Reading order: entry.ts, block.ts and table.ts (the bytes), memtable.ts, log.ts, manifest.ts,
 * version.ts, this file, cursor.ts, merge.ts and range.ts (in order), recovery.ts, compaction.ts with
 * leveled.ts and size-tiered.ts. text.ts, files.ts, checksum.ts and bloom-filter.ts are tools.
 */
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import type { Disk, DiskLock } from "#platform/disk.ts";
import {
  ClosedError,
  errorCode,
  InvalidArgumentError,
  OverloadedError,
  StorageError,
} from "#platform/errors.ts";
import {
  afterMerge,
  type CompactionStrategy,
  dropsTombstones,
  type MergePlan,
  mergeOfAll,
  runsInLevel0Max,
} from "./compaction.ts";
import { type Value, tombstone } from "./entry.ts";
import { pathOf } from "./files.ts";
import { Leveled } from "./leveled.ts";
import { Log, type LogEntry } from "./log.ts";
import { writeManifest } from "./manifest.ts";
import { Memtable } from "./memtable.ts";
import { Merge } from "./merge.ts";
import { RangeIteration, type View, type Viewer } from "./range.ts";
import { numbersOf, type Recovered, recover, withNewestRun } from "./recovery.ts";
import { SizeTiered } from "./size-tiered.ts";
import type { Table } from "./table.ts";
import { writeRun } from "./table-writer.ts";
import { byteStringOf, textOf } from "./text.ts";
import { type Levels, Run, tablesOf, Version, wholeRunCursor } from "./version.ts";

const keyBytesMax = 1024;
const valueBytesMax = 1_048_576;
const memtableThresholdDefault = 1000;
const writersWaitingMaxDefault = 1024;

/** A memtable is frozen early when its log has so many bytes: overwriting one key must not grow it for ever. */
const logBytesMax = 64 * 1024 * 1024;
/** A batch does not exceed this, unless a single write does. */
const batchBytesMax = 8 * 1024 * 1024;
/** With so many memtables that wait for their tables, writers wait too. */
const frozenMax = 2;

const strategies = {
  leveled: Leveled,
  "size-tiered": SizeTiered,
} as const satisfies Record<string, new (memtableThreshold: number) => CompactionStrategy>;

/** A write that waits for its batch. */
interface Write extends LogEntry {
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

// ── Open ──────────────────────────────────────────────────────────────────────────────────────

export async function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  const { disk, directory } = options;
  const {
    memtableThreshold = memtableThresholdDefault,
    compaction = "leveled",
    writersWaitingMax = writersWaitingMaxDefault,
  } = options;
  if (typeof directory !== "string" || directory === "") {
    throw new InvalidArgumentError("Expected `directory` to be the path of a directory.");
  }
  checkWholeNumber("memtableThreshold", memtableThreshold);
  checkWholeNumber("writersWaitingMax", writersWaitingMax);
  if (!Object.hasOwn(strategies, compaction)) {
    throw new InvalidArgumentError(
      `Expected \`compaction\` to be "leveled" or "size-tiered", got ${compaction}.`,
    );
  }
  const strategy = new strategies[compaction](memtableThreshold);

  // Locked before the first look: another life may be in the middle of changing what is there.
  const lock = await disk.lock(directory);
  try {
    const recovered = await recover(disk, directory);
    const parts = { disk, directory, lock, memtableThreshold, writersWaitingMax, strategy };
    return new LoggedTree({ ...parts, ...recovered });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface TreeParts extends Recovered {
  readonly disk: Disk;
  readonly directory: string;
  readonly lock: DiskLock;
  readonly memtableThreshold: number;
  readonly writersWaitingMax: number;
  readonly strategy: CompactionStrategy;
}

class LoggedTree implements LsmTree, Viewer {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #lock: DiskLock;
  readonly #memtableThreshold: number;
  readonly #writersWaitingMax: number;
  readonly #strategy: CompactionStrategy;
  #lastNumber: number;

  // What reads see. It changes in one turn, and holds nothing that a crash could take back.
  #memtable = new Memtable();
  /** The newest first. */
  #frozen: readonly Frozen[] = [];
  #version: Version;

  /** The log of the memtable; undefined until its first batch. */
  #log: Log | undefined;
  #tabledLog: number;
  #manifestNumber: number;

  /** Writes that no batch has taken yet, in the order of their calls. */
  #queue: Write[] = [];
  /** Flushes that wait until the memtable is frozen, between two batches. */
  #freezing: Deferred[] = [];
  /** Writes called and not answered: those in the queue and those in the batch under way. */
  #writersWaiting = 0;
  #batchSizeBefore = 0;
  /** Calls of `compact` that wait for a merge of everything. */
  #mergingAll: Deferred[] = [];

  // The loops that are running; none of them rejects.
  #committing: Promise<void> | undefined;
  #flushing: Promise<void> | undefined;
  #merging: Promise<void> | undefined;
  /** Settles when the latest manifest has been installed, or has failed. */
  #installing: Promise<void> = Promise.resolve();
  /** Somebody waits for a flush or a merge to make room. */
  #roomWanted: Deferred | undefined;

  /** Set by the first failure of a write, a flush or a merge: from then on nothing is written. */
  #failure: Error | undefined;
  #closing: Promise<void> | undefined;
  /** True when only loops that nobody has called for may still run. */
  #isWindingDown = false;
  /** Calls of `flush` and `compact`, reads that wait for the disk, and files that are being removed. */
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #iterations = new Set<RangeIteration>();

  constructor(parts: TreeParts) {
    this.#disk = parts.disk;
    this.#directory = parts.directory;
    this.#lock = parts.lock;
    this.#memtableThreshold = parts.memtableThreshold;
    this.#writersWaitingMax = parts.writersWaitingMax;
    this.#strategy = parts.strategy;
    this.#lastNumber = parts.lastNumber;
    this.#tabledLog = parts.tabledLog;
    this.#manifestNumber = parts.manifestNumber;
    this.#version = this.#versionOf(parts.levels);
    this.#startMerging();
  }

  // ── Write ───────────────────────────────────────────────────────────────────────────────────

  put(key: string, value: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#refuseIfClosed();
      const keyBytes = checkedBytes("key", key, keyBytesMax);
      const valueBytes = checkedBytes("value", value, valueBytesMax);
      const isAscii = keyBytes.length === key.length && valueBytes.length === value.length;
      this.#enqueue({ key: keyBytes, value: valueBytes, isAscii, resolve, reject });
    });
  }

  delete(key: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#refuseIfClosed();
      const keyBytes = checkedBytes("key", key, keyBytesMax);
      const isAscii = keyBytes.length === key.length;
      this.#enqueue({ key: keyBytes, value: tombstone, isAscii, resolve, reject });
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
    // Here and not in `put`: whoever calls in this turn joins the first batch.
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
    while (this.#failure === undefined && this.#isOverfull()) {
      this.#roomWanted ??= new Deferred();
      await this.#roomWanted.promise;
    }
  }

  #isOverfull(): boolean {
    const [level0 = []] = this.#version.levels;
    return this.#frozen.length >= frozenMax || level0.length >= runsInLevel0Max;
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
      this.#log ??= await Log.create(this.#disk, this.#directory, this.#nextNumber());
      await this.#log.append(writes);
    } catch (cause) {
      this.#queue.unshift(...writes);
      this.#fail(cause);
      return;
    }
    // From here on a crash may not lose the batch. Shown whole, then answered, without an await in
    // between: no read sees a part of it, and no answer comes before its value can be read.
    for (const { key, value, isAscii } of writes) this.#memtable.set(key, value, isAscii);
    this.#writersWaiting -= writes.length;
    for (const write of writes) write.resolve();
    if (this.#memtable.size >= this.#memtableThreshold || this.#log.length >= logBytesMax) {
      this.#freeze();
    }
  }

  /** The memtable takes no more writes: the next one begins a new one, with a log of its own. */
  #freeze(): void {
    if (this.#log !== undefined && this.#memtable.size > 0) {
      const { flushed } = this.#freezeWith(this.#log);
      // Whoever waits for it is told; a failure of the tree is not the failure of this promise alone.
      flushed.promise.catch(() => undefined);
    }
    for (const waiting of this.#freezing.splice(0)) waiting.resolve();
    this.#startFlushing();
  }

  #freezeWith(log: Log): Frozen {
    const frozen = { memtable: this.#memtable, log, flushed: new Deferred() };
    this.#frozen = [frozen, ...this.#frozen];
    this.#memtable = new Memtable();
    this.#log = undefined;
    return frozen;
  }

  // ── Read ────────────────────────────────────────────────────────────────────────────────────

  async get(key: string): Promise<string | undefined> {
    this.#refuseIfClosed();
    const keyBytes = checkedBytes("key", key, keyBytesMax);
    const value = this.#lookUpInMemory(keyBytes) ?? (await this.#lookUpInTables(keyBytes));
    return value === undefined || value === tombstone ? undefined : textOf(value);
  }

  #lookUpInMemory(key: string): Value | undefined {
    const value = this.#memtable.lookUp(key);
    if (value !== undefined) return value;
    for (const { memtable } of this.#frozen) {
      const older = memtable.lookUp(key);
      if (older !== undefined) return older;
    }
    return undefined;
  }

  /** The version is held, so that no table dies while it is read. */
  async #lookUpInTables(key: string): Promise<Value | undefined> {
    const version = this.#version;
    version.hold();
    try {
      return await this.whileReading(() => version.lookUp(key));
    } finally {
      version.letGo();
    }
  }

  range(start?: string, end?: string): AsyncIterable<Entry> {
    this.#refuseIfClosed();
    const startBytes = start === undefined ? undefined : checkedBytes("start", start, keyBytesMax);
    const endBytes = end === undefined ? undefined : checkedBytes("end", end, keyBytesMax);
    return new RangeIteration(this, startBytes, endBytes);
  }

  view(iteration: RangeIteration, start: string | undefined, end: string | undefined): View {
    const version = this.#version;
    version.hold();
    this.#iterations.add(iteration);
    const memtables = [this.#memtable, ...this.#frozen.map(({ memtable }) => memtable)];
    const cursors = memtables.map((memtable) => memtable.cursor(start, end));
    return {
      merge: new Merge([...cursors, ...version.cursors(start, end)]),
      letGo: () => {
        this.#iterations.delete(iteration);
        version.letGo();
      },
    };
  }

  whileReading<Answer>(reading: () => Promise<Answer>): Promise<Answer> {
    return this.#track(reading());
  }

  // ── Maintain ────────────────────────────────────────────────────────────────────────────────

  async flush(): Promise<void> {
    this.#refuseIfClosed();
    await this.#track(this.#flushAll());
  }

  async #flushAll(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const freezing = new Deferred();
    this.#freezing.push(freezing);
    this.#committing ??= this.#commitQueue();
    await freezing.promise;
    await this.#frozen[0]?.flushed.promise;
  }

  async compact(): Promise<void> {
    this.#refuseIfClosed();
    await this.#track(this.#compactAll());
  }

  async #compactAll(): Promise<void> {
    await this.#flushAll();
    if (this.#failure !== undefined) throw this.#failure;
    const merging = new Deferred();
    this.#mergingAll.push(merging);
    this.#startMerging();
    await merging.promise;
  }

  #startFlushing(): void {
    this.#flushing ??= this.#flushFrozen();
  }

  async #flushFrozen(): Promise<void> {
    // A turn later, so that the loop is known as running before it ends.
    await Promise.resolve();
    try {
      for (
        let oldest = this.#frozen.at(-1);
        oldest !== undefined && this.#failure === undefined && !this.#isWindingDown;
        oldest = this.#frozen.at(-1)
      ) {
        await this.#flushOne(oldest);
      }
    } catch (error) {
      this.#failUnlessGivenUp(error);
    }
    this.#flushing = undefined;
  }

  async #flushOne(frozen: Frozen): Promise<void> {
    const { memtable, log, flushed } = frozen;
    const tables = await this.#writeRun(new Merge([memtable.cursor()]), false, () =>
      this.#refuseIfUseless(this.#isWindingDown),
    );
    await this.#install(
      (levels) => withNewestRun(levels, new Run(tables)),
      log.number,
      // The memtable goes in the turn in which its table comes: no read falls in between.
      () => {
        this.#frozen = this.#frozen.filter((other) => other !== frozen);
      },
    );
    flushed.resolve();
    await log.close();
    await this.#removeIfPossible(pathOf(this.#directory, "log", log.number));
  }

  #startMerging(): void {
    this.#merging ??= this.#mergeWhatIsDue();
  }

  async #mergeWhatIsDue(): Promise<void> {
    await Promise.resolve();
    try {
      while (this.#failure === undefined) {
        const callers = this.#mergingAll.splice(0);
        const { levels } = this.#version;
        const plan =
          callers.length > 0
            ? mergeOfAll(levels, this.#strategy)
            : this.#isWindingDown
              ? undefined
              : this.#strategy.nextMerge(levels);
        if (plan === undefined && callers.length === 0) break;
        try {
          if (plan !== undefined) await this.#merge(plan, callers.length > 0);
        } catch (error) {
          for (const caller of callers) caller.reject(error as Error);
          throw error;
        }
        for (const caller of callers) caller.resolve();
      }
    } catch (error) {
      this.#failUnlessGivenUp(error);
    }
    this.#merging = undefined;
  }

  async #merge(plan: MergePlan, isCalledFor: boolean): Promise<void> {
    const tables = await this.#writeRun(
      new Merge(plan.inputs.map(wholeRunCursor)),
      dropsTombstones(this.#version.levels, plan),
      () => this.#refuseIfUseless(this.#isWindingDown && !isCalledFor),
    );
    await this.#install((levels) => afterMerge(levels, plan, tables), this.#tabledLog);
  }

  #writeRun(source: Merge, drops: boolean, goOn: () => void): Promise<Table[]> {
    return writeRun(source, {
      disk: this.#disk,
      directory: this.#directory,
      nextNumber: () => this.#nextNumber(),
      dropsTombstones: drops,
      goOn,
    });
  }

  /**
   * Makes the next version safe, then visible. One at a time: each is a change of the one before.
   * `tabledLog` only grows, since memtables are flushed in the order of their logs.
   */
  async #install(
    change: (levels: Levels) => Levels,
    tabledLog: number,
    whenVisible: () => void = () => undefined,
  ): Promise<void> {
    const before = this.#installing;
    const installed = new Deferred();
    this.#installing = installed.promise;
    await before;
    try {
      // After a failure nobody knows which manifest the next open will find: nothing may follow it.
      if (this.#failure !== undefined) throw this.#failure;
      const levels = change(this.#version.levels);
      const number = this.#nextNumber();
      this.#tabledLog = Math.max(this.#tabledLog, tabledLog);
      await writeManifest(this.#disk, this.#directory, number, {
        tabledLog: this.#tabledLog,
        levels: numbersOf(levels),
      });
      const [versionBefore, manifestBefore] = [this.#version, this.#manifestNumber];
      this.#version = this.#versionOf(levels);
      this.#manifestNumber = number;
      whenVisible();
      versionBefore.letGo();
      this.#tellOfRoom();
      this.#startMerging();
      if (manifestBefore > 0) {
        await this.#removeIfPossible(pathOf(this.#directory, "manifest", manifestBefore));
      }
    } finally {
      installed.resolve();
    }
  }

  #versionOf(levels: Levels): Version {
    return new Version(levels, (table) => void this.#track(this.#discard(table)));
  }

  /** Nobody reads the table, and the manifest does not list it. */
  async #discard(table: Table): Promise<void> {
    await table.close().catch(() => undefined);
    await this.#removeIfPossible(table.path);
  }

  /** What cannot be removed does no harm: the next open tries again. */
  async #removeIfPossible(path: string): Promise<void> {
    await this.#disk.remove(path).catch(() => undefined);
  }

  #tellOfRoom(): void {
    this.#roomWanted?.resolve();
    this.#roomWanted = undefined;
  }

  #nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }

  // ── Fail ────────────────────────────────────────────────────────────────────────────────────

  /**
   * Nobody knows what of the failed call is on the disk, and a call that succeeded now would not tell. So
   * nothing is tried again: everyone who waits is told, and the next open looks at what is there.
   */
  #fail(cause: unknown): void {
    this.#failure ??=
      errorCode(cause) === "CORRUPTION"
        ? (cause as Error)
        : new StorageError("The disk failed; open the tree again to go on.", { cause });
    const failure = this.#failure;
    this.#writersWaiting -= this.#queue.length;
    for (const write of this.#queue.splice(0)) write.reject(failure);
    for (const waiting of this.#freezing.splice(0)) waiting.reject(failure);
    for (const waiting of this.#mergingAll.splice(0)) waiting.reject(failure);
    for (const { flushed } of this.#frozen) flushed.reject(failure);
    this.#tellOfRoom();
  }

  #failUnlessGivenUp(error: unknown): void {
    if (this.#isWindingDown && errorCode(error) === "CLOSED") return;
    this.#fail(error);
  }

  #refuseIfUseless(isGivenUp: boolean): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (isGivenUp) throw new ClosedError("The tree was closed.");
  }

  // ── Close ───────────────────────────────────────────────────────────────────────────────────

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    await this.#committing;
    // Calls that were made before; flushes and merges that nobody called for are not among them.
    await this.#settled();
    this.#isWindingDown = true;
    await this.#flushing;
    await this.#merging;
    for (const iteration of [...this.#iterations]) iteration.letGo();
    await this.#settled();
    const logs = [this.#log, ...this.#frozen.map(({ log }) => log)];
    for (const file of [...logs, ...tablesOf(this.#version.levels)]) {
      await file?.close().catch(() => undefined);
    }
    await this.#lock.release();
  }

  async #settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  /** Remembers a call until it has settled; `close` waits for it. */
  #track<Answer>(call: Promise<Answer>): Promise<Answer> {
    this.#underWay.add(call);
    const forget = (): void => {
      this.#underWay.delete(call);
    };
    call.then(forget, forget);
    return call;
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  #refuseIfClosed(): void {
    if (this.isClosed) {
      throw new ClosedError("Expected the tree to be open; it was closed.");
    }
  }
}

// ── Helpers ───────────────────────────────────────────────────────────────────────────────────

/** A promise that somebody else settles. */
class Deferred {
  readonly promise: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  resolve(): void {
    this.#resolve();
  }

  reject(error: Error): void {
    this.#reject(error);
  }
}

function checkedBytes(name: string, text: unknown, bytesMax: number): string {
  if (typeof text !== "string") {
    throw new InvalidArgumentError(`Expected \`${name}\` to be a string, got ${typeof text}.`);
  }
  const bytes = byteStringOf(text);
  if (bytes === undefined) {
    throw new InvalidArgumentError(`Expected \`${name}\` to be well-formed, got a lone surrogate.`);
  }
  if (bytes.length > bytesMax) {
    throw new InvalidArgumentError(
      `Expected \`${name}\` to be 0–${bytesMax} bytes, got ${bytes.length}.`,
    );
  }
  return bytes;
}

function checkWholeNumber(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError(
      `Expected \`${name}\` to be a whole number from 1, got ${String(value)}.`,
    );
  }
}
