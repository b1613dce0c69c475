/**
 * A binary log with a 16-bit length for values.
 *
 * Wrong: a value of 65,536 bytes has length 0 in its record, and the next record is looked for in its
 * middle. The author tested with 65,535, the largest value that the field can say.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 1;
export const impostor = {
  promise: "durable-kv/bytes-come-back-exactly",
  level: 1,
  misconception: "two bytes are enough for any length that matters",
} as const;

const headerBytes = 5;

/** A record: 1 for a put or 0 for a delete; length of the key, 2 bytes; length of the value, 2; key; value. */
export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const lock = await options.disk.lock(options.directory);
  const log = await options.disk.open(`${options.directory}/wal`, { create: true });
  const values = new Map<string, Uint8Array>();
  const content = await readWhole(log);
  let at = 0;
  while (at + headerBytes <= content.length) {
    const keyEnd = at + headerBytes + content.readUInt16LE(at + 1);
    const valueEnd = keyEnd + content.readUInt16LE(at + 3);
    const key = content.toString("latin1", at + headerBytes, keyEnd);
    if (content[at] === 1) values.set(key, new Uint8Array(content.subarray(keyEnd, valueEnd)));
    else values.delete(key);
    at = valueEnd;
  }
  return new BinaryLogKv(log, lock, values);
}

class BinaryLogKv implements DurableKv {
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
    this.#begin(key);
    return this.#values.get(keyText(key))?.slice();
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#begin(key);
    checkValue(value);
    const copy = new Uint8Array(value);
    await this.#log.append(encode(1, key, copy));
    this.#values.set(keyText(key), copy);
  }

  async delete(key: Uint8Array): Promise<void> {
    this.#begin(key);
    await this.#log.append(encode(0, key, new Uint8Array(0)));
    this.#values.delete(keyText(key));
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
}

function encode(kind: number, key: Uint8Array, value: Uint8Array): Uint8Array {
  const header = new Uint8Array(headerBytes);
  const view = new DataView(header.buffer);
  view.setUint8(0, kind);
  view.setUint16(1, key.length, true);
  view.setUint16(3, value.length, true);
  return Buffer.concat([header, key, value]);
}

function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString("latin1");
}
