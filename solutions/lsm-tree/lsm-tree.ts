/**
 * A log-structured merge tree: writes gather in a sorted memtable, memtables become immutable tables, and
 * tables are merged.
 *
 *   put, delete ──▶ log ──▶ memtable ──(full)──▶ table ──▶ tables ──(too many)──▶ merged tables
 *   get, range  ◀────────── memtable ◀─────────────────── tables           the newest first
 *
 * Guarantees, under the fault model of the brief:
 * - A write is answered when it is on the disk, name and bytes, and it is seen only then.
 * - What a read shows is one moment: memtables and tables change together, in one turn.
 * - A log goes when the manifest that lists its table is safe; a table, when no manifest lists it and
 *   nobody reads it.
 * - Once the disk has failed a write, a flush or a merge, nothing is written until the next open. Reads
 *   go on.
 *
 * Reading order: this file; the way of a write: memtables.ts, log.ts, memtable.ts; the bytes: entry.ts,
 * block.ts, table.ts, table-writer.ts, manifest.ts; the tables: tables.ts, version.ts; reading in order:
 * cursor.ts, merge.ts, range.ts; recovery.ts; compaction.ts with leveled.ts and size-tiered.ts. The rest
 * are tools.
 */
import type { Entry, LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import type { DiskLock } from "#platform/disk.ts";
import { ClosedError, InvalidArgumentError } from "#platform/errors.ts";
import type { CompactionStrategy } from "./compaction.ts";
import { UnderWay } from "./deferred.ts";
import { tombstone, type Value } from "./entry.ts";
import { Failure } from "./failure.ts";
import { Leveled } from "./leveled.ts";
import { Memtables } from "./memtables.ts";
import { Merge } from "./merge.ts";
import { RangeIteration, type View, type Viewer } from "./range.ts";
import { recover } from "./recovery.ts";
import { SizeTiered } from "./size-tiered.ts";
import type { Table } from "./table.ts";
import { Tables } from "./tables.ts";
import { byteStringOf, textOf } from "./text.ts";

const keyBytesMax = 1024;
const valueBytesMax = 1_048_576;
const memtableThresholdDefault = 1000;
const writersWaitingMaxDefault = 1024;

const strategies = {
  leveled: Leveled,
  "size-tiered": SizeTiered,
} as const satisfies Record<string, new (memtableThreshold: number) => CompactionStrategy>;

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
    const failure = new Failure();
    const shared = { disk, directory, failure };
    const tables = new Tables({ ...shared, strategy, ...recovered });
    const limits = { memtableThreshold, writersWaitingMax };
    return new LoggedTree(lock, tables, new Memtables({ ...shared, ...limits, tables }));
  } catch (error) {
    await lock.release();
    throw error;
  }
}

class LoggedTree implements LsmTree, Viewer {
  readonly #lock: DiskLock;
  readonly #tables: Tables;
  readonly #memtables: Memtables;
  /** Calls of `flush` and `compact`, and reads that wait for the disk. */
  readonly #underWay = new UnderWay();
  /** Those that hold a view. */
  readonly #iterations = new Set<RangeIteration>();
  #closing: Promise<void> | undefined;

  constructor(lock: DiskLock, tables: Tables, memtables: Memtables) {
    this.#lock = lock;
    this.#tables = tables;
    this.#memtables = memtables;
  }

  // ── Write ───────────────────────────────────────────────────────────────────────────────────

  put(key: string, value: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#refuseIfClosed();
      const keyBytes = checkedBytes("key", key, keyBytesMax);
      const valueBytes = checkedBytes("value", value, valueBytesMax);
      const isAscii = keyBytes.length === key.length && valueBytes.length === value.length;
      this.#memtables.write({ key: keyBytes, value: valueBytes, isAscii, resolve, reject });
    });
  }

  delete(key: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#refuseIfClosed();
      const keyBytes = checkedBytes("key", key, keyBytesMax);
      const isAscii = keyBytes.length === key.length;
      this.#memtables.write({ key: keyBytes, value: tombstone, isAscii, resolve, reject });
    });
  }

  // ── Read ────────────────────────────────────────────────────────────────────────────────────

  async get(key: string): Promise<string | undefined> {
    this.#refuseIfClosed();
    const keyBytes = checkedBytes("key", key, keyBytesMax);
    // Memory and tables are looked at in one turn: no entry moves from one to the other in between.
    let value = this.#memtables.lookUp(keyBytes);
    if (value === undefined) {
      const tables = this.#tables.version.tablesThatMayHold(keyBytes);
      if (tables.length > 0) value = await this.#lookUpIn(tables, keyBytes);
    }
    return value === undefined || value === tombstone ? undefined : textOf(value);
  }

  /** The version is held, so that no table dies while it is read. */
  async #lookUpIn(tables: readonly Table[], key: string): Promise<Value | undefined> {
    const { version } = this.#tables;
    version.hold();
    this.#underWay.begin();
    try {
      for (const table of tables) {
        const value = await table.lookUp(key);
        // A tombstone is found like a value, and ends the search like one.
        if (value !== undefined) return value;
      }
      return undefined;
    } finally {
      this.#underWay.end();
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
    const { version } = this.#tables;
    version.hold();
    this.#iterations.add(iteration);
    const cursors = this.#memtables.all().map((memtable) => memtable.cursor(start, end));
    return {
      merge: new Merge([...cursors, ...version.cursors(start, end)]),
      letGo: () => {
        this.#iterations.delete(iteration);
        version.letGo();
      },
    };
  }

  whileReading<Answer>(reading: () => Promise<Answer>): Promise<Answer> {
    return this.#underWay.during(reading());
  }

  // ── Maintain ────────────────────────────────────────────────────────────────────────────────

  async flush(): Promise<void> {
    this.#refuseIfClosed();
    await this.#underWay.during(this.#memtables.flush());
  }

  async compact(): Promise<void> {
    this.#refuseIfClosed();
    await this.#underWay.during(this.#compactAll());
  }

  async #compactAll(): Promise<void> {
    await this.#memtables.flush();
    await this.#tables.mergeAll();
  }

  // ── Close ───────────────────────────────────────────────────────────────────────────────────

  close(): Promise<void> {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  async #shutDown(): Promise<void> {
    // Calls that were made before; flushes and merges that nobody called for are not among them.
    await this.#memtables.answered();
    await this.#underWay.none();
    await this.#memtables.windDown();
    await this.#tables.windDown();
    for (const iteration of [...this.#iterations]) iteration.letGo();
    await this.#memtables.close();
    await this.#tables.close();
    await this.#lock.release();
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  #refuseIfClosed(): void {
    if (this.isClosed) throw new ClosedError("Expected the tree to be open; it was closed.");
  }
}

// ── Helpers ───────────────────────────────────────────────────────────────────────────────────

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
