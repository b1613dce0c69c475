/**
 * Values stay in the log, an index knows where, and a cache makes reads fast.
 *
 * Wrong: a put updates the index and leaves the cache alone, so that a key once read goes on answering
 * with its old value until the store is opened again. The delete, written later, did think of it.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { readRange, readWhole } from "./parts/read-whole.ts";

export const level = 1;
export const impostor = {
  promise: "durable-kv/last-write-wins",
  level: 1,
  misconception: "a cache needs attention only when something is removed",
} as const;

const headerBytes = 7;
const kindPut = 1;
const kindDelete = 2;

interface Place {
  position: number;
  length: number;
}

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const lock = await options.disk.lock(options.directory);
  const log = await options.disk.open(`${options.directory}/values`, { create: true });
  const content = await readWhole(log);
  const index = new Map<string, Place>();
  let at = 0;
  while (at < content.length) {
    const keyLength = content.readUInt16LE(at + 1);
    const length = content.readUInt32LE(at + 3);
    const key = content.toString("latin1", at + headerBytes, at + headerBytes + keyLength);
    const position = at + headerBytes + keyLength;
    if (content[at] === kindPut) index.set(key, { position, length });
    else index.delete(key);
    at = position + length;
  }
  return new IndexedKv(log, lock, index, content.length);
}

/** A record: kind, 1 byte; length of the key, 2; length of the value, 4; key; value. */
class IndexedKv implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  readonly #index: Map<string, Place>;
  readonly #cache = new Map<string, Uint8Array>();
  #logLength: number;
  #closed = false;

  constructor(log: DiskFile, lock: DiskLock, index: Map<string, Place>, logLength: number) {
    this.#log = log;
    this.#lock = lock;
    this.#index = index;
    this.#logLength = logLength;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#begin(key);
    const text = keyText(key);
    const cached = this.#cache.get(text);
    if (cached !== undefined) return cached.slice();
    const place = this.#index.get(text);
    if (place === undefined) return undefined;
    const value = new Uint8Array(await readRange(this.#log, place.position, place.length));
    this.#cache.set(text, value);
    return value.slice();
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#begin(key);
    checkValue(value);
    const position = this.#logLength + headerBytes + key.length;
    await this.#append(kindPut, key, value);
    this.#index.set(keyText(key), { position, length: value.length });
  }

  async delete(key: Uint8Array): Promise<void> {
    this.#begin(key);
    await this.#append(kindDelete, key, new Uint8Array(0));
    this.#index.delete(keyText(key));
    this.#cache.delete(keyText(key));
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

  #begin(key: Uint8Array): void {
    if (this.#closed) throw new ClosedError("The store is closed.");
    checkKey(key);
  }

  async #append(kind: number, key: Uint8Array, value: Uint8Array): Promise<void> {
    const header = Buffer.alloc(headerBytes);
    header.writeUInt8(kind, 0);
    header.writeUInt16LE(key.length, 1);
    header.writeUInt32LE(value.length, 3);
    const record = Buffer.concat([header, key, value]);
    this.#logLength += record.length;
    await this.#log.append(record);
  }
}

function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString("latin1");
}
