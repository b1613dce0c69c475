/**
 * A log that abbreviates keys by numbers from a dictionary.
 *
 * Wrong: the dictionary is a module variable. Within one process every reopen works, crashes included;
 * a new process reads numbers that mean nothing to it, and finds an empty store.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 1;
export const impostor = {
  promise: "durable-kv/only-the-disk-remembers",
  level: 1,
  misconception: "a module variable is as old as the data",
} as const;

/** The number of a key is its place in this list. */
const keys: string[] = [];
const numbers = new Map<string, number>();

const headerBytes = 9;
const lengthOfDelete = 0xffffffff;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const lock = await options.disk.lock(options.directory);
  const log = await options.disk.open(`${options.directory}/log`, { create: true });
  const values = new Map<string, Uint8Array>();
  const content = await readWhole(log);
  let at = 0;
  while (at < content.length) {
    const key = keys[content.readUInt32LE(at)];
    const length = content.readUInt32LE(at + 4);
    at += headerBytes;
    if (length === lengthOfDelete) {
      if (key !== undefined) values.delete(key);
      continue;
    }
    if (key !== undefined) values.set(key, new Uint8Array(content.subarray(at, at + length)));
    at += length;
  }
  return new AbbreviatingKv(log, lock, values);
}

/** A record: number of the key, 4 bytes; length of the value, 4; a reserved byte; value. */
class AbbreviatingKv implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  readonly #values: Map<string, Uint8Array>;
  #closed = false;

  constructor(log: DiskFile, lock: DiskLock, values: Map<string, Uint8Array>) {
    this.#log = log;
    this.#lock = lock;
    this.#values = values;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#values.get(this.#begin(key))?.slice();
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const text = this.#begin(key);
    checkValue(value);
    const copy = new Uint8Array(value);
    await this.#log.append(Buffer.concat([header(text, copy.length), copy]));
    this.#values.set(text, copy);
  }

  async delete(key: Uint8Array): Promise<void> {
    const text = this.#begin(key);
    await this.#log.append(header(text, lengthOfDelete));
    this.#values.delete(text);
  }

  async compact(): Promise<void> {
    throw new NotImplementedError("compact: not written yet.");
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#log.close();
    await this.#lock.release();
  }

  #begin(key: Uint8Array): string {
    if (this.#closed) throw new ClosedError("The store is closed.");
    checkKey(key);
    return Buffer.from(key).toString("latin1");
  }
}

function header(key: string, length: number): Buffer {
  let number = numbers.get(key);
  if (number === undefined) {
    number = keys.push(key) - 1;
    numbers.set(key, number);
  }
  const bytes = Buffer.alloc(headerBytes);
  bytes.writeUInt32LE(number, 0);
  bytes.writeUInt32LE(length, 4);
  return bytes;
}
