/**
 * A store that makes every write wait for the one before it.
 *
 * Wrong: not in what it answers, only in what it costs. The queue keeps append and sync together, one
 * write at a time, so that 256 writers wait for 256 syncs where two would do.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { crc32 } from "./parts/crc32.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 3;
export const impostor = {
  promise: "durable-kv/writers-share-a-sync",
  level: 3,
  misconception: "a mutex around append and sync is all that concurrency needs",
} as const;

type Entry = [key: string, value?: string];

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const lock = await disk.lock(directory);
  const log = await disk.open(`${directory}/log`, { create: true });
  const values = new Map<string, string>();
  const content = (await readWhole(log)).toString("latin1");
  let at = 0;
  for (;;) {
    const end = content.indexOf("\n", at);
    if (end === -1 || content.slice(at, at + 8) !== checksum(content.slice(at + 8, end))) break;
    apply(values, JSON.parse(content.slice(at + 8, end)) as Entry);
    at = end + 1;
  }
  if (at < content.length) await log.truncate(at);
  await log.sync();
  await disk.syncDirectory(directory);
  return new MutexKv(log, lock, values);
}

class MutexKv implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  /** Keys and values as base64. */
  readonly #values: Map<string, string>;
  /** The end of the write that was called last. */
  #lastWrite: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  constructor(log: DiskFile, lock: DiskLock, values: Map<string, string>) {
    this.#log = log;
    this.#lock = lock;
    this.#values = values;
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
    this.#closing ??= this.#lastWrite.then(async () => {
      await this.#log.close();
      await this.#lock.release();
    });
    return this.#closing;
  }

  #begin(key: Uint8Array): string {
    if (this.#closing !== undefined) throw new ClosedError("The store is closed.");
    checkKey(key);
    return base64(key);
  }

  #write(entry: Entry): Promise<void> {
    const text = JSON.stringify(entry);
    const line = Buffer.from(`${checksum(text)}${text}\n`);
    this.#lastWrite = this.#lastWrite.then(async () => {
      await this.#log.append(line);
      await this.#log.sync();
      apply(this.#values, entry);
    });
    return this.#lastWrite;
  }
}

function apply(values: Map<string, string>, [key, value]: Entry): void {
  if (value === undefined) values.delete(key);
  else values.set(key, value);
}

function checksum(text: string): string {
  return crc32(Buffer.from(text, "latin1")).toString(16).padStart(8, "0");
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
