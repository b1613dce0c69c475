/**
 * A log of checksummed batches, read up to the first one that does not fit.
 *
 * Wrong: whatever does not fit is taken for the torn end of the log and cut off. A byte that rots in the
 * third of a hundred batches silently takes the other ninety-seven with it. After every crash this is
 * exactly right, and so no test with crashes finds it.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import {
  ClosedError,
  NotImplementedError,
  OverloadedError,
  StorageError,
} from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { crc32 } from "./parts/crc32.ts";
import { wholeNumber } from "./parts/options.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 4;
export const impostor = {
  promise: "durable-kv/rot-is-refused",
  level: 4,
  misconception: "where the log stops making sense, it ends",
} as const;

type Entry = [key: string, value?: string];

interface Writer {
  entry: Entry;
  answer: () => void;
  fail: (error: unknown) => void;
}

const headerBytes = 8;

/** A batch: CRC-32 of the rest, 4 bytes; length of the entries, 4; entries as JSON, keys and values in base64. */
export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const writersWaitingMax = wholeNumber("writersWaitingMax", options.writersWaitingMax, 1, 1024);
  const lock = await disk.lock(directory);
  try {
    const log = await disk.open(`${directory}/log`, { create: true });
    const content = await readWhole(log);
    const values = new Map<string, string>();
    let at = 0;
    while (content.length - at > headerBytes) {
      const end = at + headerBytes + content.readUInt32LE(at + 4);
      if (end > content.length) break;
      if (content.readUInt32LE(at) !== crc32(content.subarray(at + 4, end))) break;
      const entries = JSON.parse(content.toString("latin1", at + headerBytes, end)) as Entry[];
      for (const entry of entries) apply(values, entry);
      at = end;
    }
    if (at < content.length) await log.truncate(at);
    await log.sync();
    await disk.syncDirectory(directory);
    return new BatchLogKv(log, lock, values, writersWaitingMax);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

class BatchLogKv implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  /** What is safe; keys and values as base64. */
  readonly #values: Map<string, string>;
  readonly #writersWaitingMax: number;
  #unanswered = 0;
  #waiting: Writer[] = [];
  #writing: Promise<void> | undefined;
  #failure: StorageError | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    log: DiskFile,
    lock: DiskLock,
    values: Map<string, string>,
    writersWaitingMax: number,
  ) {
    this.#log = log;
    this.#lock = lock;
    this.#values = values;
    this.#writersWaitingMax = writersWaitingMax;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = this.#values.get(this.#begin(key));
    return value === undefined ? undefined : new Uint8Array(Buffer.from(value, "base64"));
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const text = this.#begin(key);
    checkValue(value);
    await this.#write([text, base64(value)]);
  }

  async delete(key: Uint8Array): Promise<void> {
    await this.#write([this.#begin(key)]);
  }

  async compact(): Promise<void> {
    throw new NotImplementedError("compact: not written yet.");
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writing;
    try {
      await this.#log.close();
    } finally {
      await this.#lock.release();
    }
  }

  #begin(key: Uint8Array): string {
    if (this.#closing !== undefined) throw new ClosedError("The store is closed.");
    checkKey(key);
    return base64(key);
  }

  async #write(entry: Entry): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#unanswered >= this.#writersWaitingMax) throw new OverloadedError("Too many wait.");
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
      try {
        if (this.#failure !== undefined) throw this.#failure;
        await this.#log.append(encode(batch.map(({ entry }) => entry)));
        await this.#log.sync();
      } catch (cause) {
        this.#failure ??= new StorageError("The disk has failed a write.", { cause });
        for (const { fail } of batch) fail(this.#failure);
        continue;
      }
      for (const { entry, answer } of batch) {
        apply(this.#values, entry);
        answer();
      }
    }
    this.#writing = undefined;
  }
}

function encode(entries: readonly Entry[]): Buffer {
  const bytes = Buffer.from(`........${JSON.stringify(entries)}`);
  bytes.writeUInt32LE(bytes.length - headerBytes, 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

function apply(values: Map<string, string>, [key, value]: Entry): void {
  if (value === undefined) values.delete(key);
  else values.set(key, value);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
