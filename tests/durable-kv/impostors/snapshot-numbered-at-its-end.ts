/**
 * A file per batch of writes, and a snapshot that stands for all batches up to its number.
 *
 *     17.snapshot   everything up to batch 17, renamed from snapshot.tmp once it is synced
 *     18.batch      synced, then named by a directory sync, before its writers are answered
 *     19.batch      only the newest may be torn; a damaged older one is rotten
 *
 * Wrong: the snapshot takes the number of the newest batch when it is finished, not when it began. The
 * batches written meanwhile are not in it, and are removed as if they were. Reads come from memory and
 * notice nothing until the store is opened again.
 */
import type { Disk, DiskLock } from "#platform/disk.ts";
import { ClosedError, CorruptionError, OverloadedError, StorageError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import {
  applyEntries,
  base64,
  decodeEntries,
  encodeEntries,
  type Entry,
  fromBase64,
} from "./parts/batch-file.ts";
import { wholeNumber } from "./parts/options.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/compaction-changes-no-read",
  level: 5,
  misconception: "a snapshot is as new as the moment at which it is finished",
} as const;

interface Writer {
  entry: Entry;
  answer: () => void;
  fail: (error: unknown) => void;
}

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const writersWaitingMax = wholeNumber("writersWaitingMax", options.writersWaitingMax, 1, 1024);
  wholeNumber("segmentBytesMax", options.segmentBytesMax, 1024, 1 << 20);
  const lock = await disk.lock(directory);
  try {
    const state = await recover(disk, directory);
    return new BatchFilesKv(disk, directory, lock, writersWaitingMax, state);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface State {
  values: Map<string, string>;
  newestBatch: number;
  newestSnapshot: number;
}

async function recover(disk: Disk, directory: string): Promise<State> {
  const names = await disk.list(directory);
  for (const name of names) if (name.endsWith(".tmp")) await disk.remove(`${directory}/${name}`);
  const newestSnapshot = numbersOf(names, "snapshot").at(-1) ?? 0;
  const values = new Map<string, string>();
  if (newestSnapshot > 0) {
    const path = `${directory}/${newestSnapshot}.snapshot`;
    const entries = decodeEntries(await readPath(disk, path));
    if (entries === undefined) throw new CorruptionError(path, 0, "the checksum does not match");
    applyEntries(values, entries);
  }
  for (const number of numbersOf(names, "batch")) {
    if (number <= newestSnapshot) await disk.remove(`${directory}/${number}.batch`);
  }
  for (const number of numbersOf(names, "snapshot")) {
    if (number < newestSnapshot) await disk.remove(`${directory}/${number}.snapshot`);
  }
  const batches = numbersOf(names, "batch").filter((number) => number > newestSnapshot);
  let newestBatch = newestSnapshot;
  for (const number of batches) {
    const path = `${directory}/${number}.batch`;
    const content = await readPath(disk, path);
    const entries = decodeEntries(content);
    if (number !== batches.at(-1)) {
      if (entries === undefined) throw new CorruptionError(path, 0, "the checksum does not match");
    } else if (entries === undefined) {
      await disk.remove(path);
    } else {
      // The newest may never have been synced, or its sync may have failed: write it again.
      await writeFile(disk, `${directory}/again.tmp`, content);
      await disk.rename(`${directory}/again.tmp`, path);
    }
    if (entries === undefined) continue;
    applyEntries(values, entries);
    newestBatch = number;
  }
  await disk.syncDirectory(directory);
  return { values, newestBatch, newestSnapshot };
}

class BatchFilesKv implements DurableKv {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #lock: DiskLock;
  readonly #writersWaitingMax: number;
  /** What is safe: all batches up to `#newestBatch`. */
  readonly #values: Map<string, string>;
  #newestBatch: number;
  #newestSnapshot: number;
  #unanswered = 0;
  #waiting: Writer[] = [];
  #writing: Promise<void> | undefined;
  #compacting: Promise<void> | undefined;
  #failure: unknown;
  #closing: Promise<void> | undefined;

  constructor(
    disk: Disk,
    directory: string,
    lock: DiskLock,
    writersWaitingMax: number,
    state: State,
  ) {
    this.#disk = disk;
    this.#directory = directory;
    this.#lock = lock;
    this.#writersWaitingMax = writersWaitingMax;
    this.#values = state.values;
    this.#newestBatch = state.newestBatch;
    this.#newestSnapshot = state.newestSnapshot;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#begin();
    checkKey(key);
    const value = this.#values.get(base64(key));
    return value === undefined ? undefined : fromBase64(value);
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#begin();
    checkKey(key);
    checkValue(value);
    await this.#write([base64(key), base64(value)]);
  }

  async delete(key: Uint8Array): Promise<void> {
    this.#begin();
    checkKey(key);
    await this.#write([base64(key)]);
  }

  async #write(entry: Entry): Promise<void> {
    if (this.#failure !== undefined) throw failed(this.#failure);
    if (this.#unanswered >= this.#writersWaitingMax) {
      throw new OverloadedError(`${this.#unanswered} writes are waiting already.`);
    }
    this.#unanswered++;
    try {
      await new Promise<void>((answer, fail) => {
        this.#waiting.push({ entry, answer, fail });
        this.#writing ??= this.#writeBatches();
      });
    } finally {
      this.#unanswered--;
    }
  }

  async #writeBatches(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const entries = batch.map(({ entry }) => entry);
      try {
        if (this.#failure !== undefined) throw failed(this.#failure);
        const path = `${this.#directory}/${this.#newestBatch + 1}.batch`;
        await writeFile(this.#disk, path, encodeEntries(entries));
        await this.#disk.syncDirectory(this.#directory);
        this.#newestBatch++;
        applyEntries(this.#values, entries);
        for (const { answer } of batch) answer();
      } catch (error) {
        this.#failure ??= error;
        for (const { fail } of batch) fail(failed(error));
      }
    }
    this.#writing = undefined;
  }

  async compact(): Promise<void> {
    this.#begin();
    if (this.#failure !== undefined) throw failed(this.#failure);
    this.#compacting ??= this.#takeSnapshot().finally(() => {
      this.#compacting = undefined;
    });
    await this.#compacting;
  }

  async #takeSnapshot(): Promise<void> {
    if (this.#newestBatch === this.#newestSnapshot) return;
    const content = encodeEntries([...this.#values]);
    await writeFile(this.#disk, `${this.#directory}/snapshot.tmp`, content);
    const number = this.#newestBatch;
    await this.#disk.rename(
      `${this.#directory}/snapshot.tmp`,
      `${this.#directory}/${number}.snapshot`,
    );
    await this.#disk.syncDirectory(this.#directory);
    this.#newestSnapshot = number;
    await this.#removeUpTo(number);
  }

  async #removeUpTo(snapshot: number): Promise<void> {
    const names = await this.#disk.list(this.#directory);
    const batches = numbersOf(names, "batch").filter((number) => number <= snapshot);
    const snapshots = numbersOf(names, "snapshot").filter((number) => number < snapshot);
    for (const number of batches) await this.#disk.remove(`${this.#directory}/${number}.batch`);
    for (const number of snapshots)
      await this.#disk.remove(`${this.#directory}/${number}.snapshot`);
    await this.#disk.syncDirectory(this.#directory);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writing;
    await Promise.allSettled([this.#compacting]);
    await this.#lock.release();
  }

  #begin(): void {
    if (this.#closing !== undefined) throw new ClosedError("The store is closed.");
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

async function readPath(disk: Disk, path: string): Promise<Buffer> {
  const file = await disk.open(path);
  try {
    return await readWhole(file);
  } finally {
    await file.close();
  }
}

async function writeFile(disk: Disk, path: string, content: Uint8Array): Promise<void> {
  const file = await disk.open(path, { create: true });
  try {
    await file.truncate(0);
    await file.append(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
