/**
 * A right store, up to level 5: a file per batch of writes, and a snapshot that stands for all batches up to its number.
 *
 *     17.snapshot   everything up to batch 17, renamed from 17.tmp once it is synced
 *     18.batch      synced, then named by a directory sync, before its writers are answered
 *     19.batch      only the newest may be torn; a damaged older one is rotten
 *
 * A planted bug is a class of its own above this one.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import type { Disk, DiskLock } from "#platform/disk.ts";
import { ClosedError, CorruptionError, OverloadedError, StorageError } from "#platform/errors.ts";
import { checkKey, checkValue } from "./arguments.ts";
import {
  applyEntries,
  base64,
  decodeEntries,
  encodeEntries,
  type Entry,
  fromBase64,
} from "./batch-file.ts";
import { wholeNumber } from "./options.ts";
import { readWhole } from "./read-whole.ts";

interface Writer {
  entry: Entry;
  answer: () => void;
  fail: (error: unknown) => void;
}

export async function openBatchFiles(
  options: DurableKvOptions,
  Store: new (options: DurableKvOptions, lock: DiskLock) => BatchFilesStore = BatchFilesStore,
): Promise<DurableKv> {
  wholeNumber("writersWaitingMax", options.writersWaitingMax, 1, 1024);
  wholeNumber("segmentBytesMax", options.segmentBytesMax, 1024, 1 << 20);
  const lock = await options.disk.lock(options.directory);
  try {
    const store = new Store(options, lock);
    await store.recover();
    return store;
  } catch (error) {
    await lock.release();
    throw error;
  }
}

export class BatchFilesStore implements DurableKv {
  readonly disk: Disk;
  readonly directory: string;
  readonly lock: DiskLock;
  readonly writersWaitingMax: number;
  /** What is safe: all batches up to the newest. */
  readonly values = new Map<string, string>();
  newestBatch = 0;
  newestSnapshot = 0;
  unanswered = 0;
  waiting: Writer[] = [];
  writing: Promise<void> | undefined;
  compacting: Promise<void> | undefined;
  failure: unknown;
  closing: Promise<void> | undefined;

  constructor(options: DurableKvOptions, lock: DiskLock) {
    this.disk = options.disk;
    this.directory = options.directory;
    this.writersWaitingMax = options.writersWaitingMax ?? 1024;
    this.lock = lock;
  }

  // ── Recovery ────────────────────────────────────────────────────────────────────────────────

  async recover(): Promise<void> {
    const names = await this.disk.list(this.directory);
    for (const name of names) if (name.endsWith(".tmp")) await this.disk.remove(this.pathOf(name));
    this.newestSnapshot = numbersOf(names, "snapshot").at(-1) ?? 0;
    if (this.newestSnapshot > 0) await this.readSnapshot(`${this.newestSnapshot}.snapshot`);
    await this.removeUpTo(this.newestSnapshot);
    this.newestBatch = this.newestSnapshot;
    const batches = numbersOf(names, "batch").filter((number) => number > this.newestSnapshot);
    for (const number of batches) await this.readBatch(number, number === batches.at(-1));
    await this.disk.syncDirectory(this.directory);
  }

  async readSnapshot(name: string): Promise<void> {
    this.applyWhole(name, 0, await this.readFile(name));
  }

  async readBatch(number: number, isNewest: boolean): Promise<void> {
    const name = `${number}.batch`;
    const content = await this.readFile(name);
    if (isNewest) {
      if (decodeEntries(content) === undefined) return this.disk.remove(this.pathOf(name));
      // It may never have been synced, or its sync may have failed: write it again.
      await this.writeFile("again.tmp", content);
      await this.disk.rename(this.pathOf("again.tmp"), this.pathOf(name));
    }
    this.applyWhole(name, 0, content);
    this.newestBatch = number;
  }

  applyWhole(name: string, offset: number, bytes: Buffer): void {
    const entries = decodeEntries(bytes);
    if (entries === undefined) {
      throw new CorruptionError(this.pathOf(name), offset, "the checksum does not match");
    }
    applyEntries(this.values, entries);
  }

  // ── Reads and writes ────────────────────────────────────────────────────────────────────────

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.begin();
    checkKey(key);
    const value = this.values.get(base64(key));
    return value === undefined ? undefined : fromBase64(value);
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.begin();
    checkKey(key);
    checkValue(value);
    await this.write([base64(key), base64(value)]);
  }

  async delete(key: Uint8Array): Promise<void> {
    this.begin();
    checkKey(key);
    await this.write([base64(key)]);
  }

  async write(entry: Entry): Promise<void> {
    if (this.failure !== undefined) throw failed(this.failure);
    if (this.unanswered >= this.writersWaitingMax) {
      throw new OverloadedError(`${this.unanswered} writes are waiting already.`);
    }
    this.unanswered++;
    try {
      await new Promise<void>((answer, fail) => {
        this.waiting.push({ entry, answer, fail });
        this.writing ??= this.writeBatches();
      });
    } finally {
      this.unanswered--;
    }
  }

  async writeBatches(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        if (this.failure !== undefined) throw failed(this.failure);
        await this.writeBatch(batch.map(({ entry }) => entry));
        for (const { answer } of batch) answer();
      } catch (error) {
        this.failure ??= error;
        for (const { fail } of batch) fail(failed(error));
      }
    }
    this.writing = undefined;
  }

  async writeBatch(entries: readonly Entry[]): Promise<void> {
    await this.writeFile(`${this.newestBatch + 1}.batch`, encodeEntries(entries));
    await this.disk.syncDirectory(this.directory);
    this.newestBatch++;
    applyEntries(this.values, entries);
  }

  // ── Compaction ──────────────────────────────────────────────────────────────────────────────

  async compact(): Promise<void> {
    this.begin();
    if (this.failure !== undefined) throw failed(this.failure);
    this.compacting ??= this.takeSnapshot().finally(() => {
      this.compacting = undefined;
    });
    await this.compacting;
  }

  async takeSnapshot(): Promise<void> {
    const number = this.newestBatch;
    if (number > this.newestSnapshot) {
      await this.writeFile(`${number}.tmp`, this.encodeSnapshot());
      await this.nameSnapshot(`${number}.tmp`, number);
    }
    await this.removeUpTo(number);
  }

  encodeSnapshot(): Buffer {
    return encodeEntries([...this.values]);
  }

  async nameSnapshot(name: string, number: number): Promise<void> {
    await this.disk.rename(this.pathOf(name), this.pathOf(`${number}.snapshot`));
    await this.disk.syncDirectory(this.directory);
    this.newestSnapshot = number;
  }

  async removeUpTo(snapshot: number): Promise<void> {
    const names = await this.disk.list(this.directory);
    for (const number of numbersOf(names, "batch")) {
      if (number <= snapshot) await this.disk.remove(this.pathOf(`${number}.batch`));
    }
    for (const number of numbersOf(names, "snapshot")) {
      if (number < snapshot) await this.disk.remove(this.pathOf(`${number}.snapshot`));
    }
    await this.disk.syncDirectory(this.directory);
  }

  // ── Closing, and files ──────────────────────────────────────────────────────────────────────

  close(): Promise<void> {
    this.closing ??= this.settleAndRelease();
    return this.closing;
  }

  async settleAndRelease(): Promise<void> {
    await this.writing;
    await Promise.allSettled([this.compacting]);
    await this.lock.release();
  }

  begin(): void {
    if (this.closing !== undefined) throw new ClosedError("The store is closed.");
  }

  pathOf(name: string): string {
    return `${this.directory}/${name}`;
  }

  async readFile(name: string): Promise<Buffer> {
    const file = await this.disk.open(this.pathOf(name));
    try {
      return await readWhole(file);
    } finally {
      await file.close();
    }
  }

  async writeFile(name: string, content: Uint8Array): Promise<void> {
    const file = await this.disk.open(this.pathOf(name), { create: true });
    try {
      await file.truncate(0);
      await file.append(content);
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

function failed(cause: unknown): StorageError {
  return new StorageError("The disk has failed a write; open the store again.", { cause });
}

function numbersOf(names: readonly string[], kind: string): number[] {
  const numbers = names
    .filter((name) => name.endsWith(`.${kind}`))
    .map((name) => Number.parseInt(name, 10));
  return numbers.sort((a, b) => a - b);
}
