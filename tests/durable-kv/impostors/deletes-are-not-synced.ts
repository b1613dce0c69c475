/**
 * A log of checksummed records, each synced before its put is answered.
 *
 * Wrong: a delete is appended and not synced. "There is nothing to lose": but the key comes back when
 * the power goes before the next put.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { crc32 } from "./parts/crc32.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 2;
export const impostor = {
  promise: "durable-kv/acked-writes-survive",
  level: 2,
  misconception: "only data has to be made durable, and a delete has none",
} as const;

const headerBytes = 11;
const lengthOfDelete = 0xffffffff;

/** A record: CRC-32 of the rest, 4 bytes; version, 1; length of the key, 2; length of the value, 4; key; value. */
export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const lock = await disk.lock(directory);
  const log = await disk.open(`${directory}/wal`, { create: true });
  const values = new Map<string, Uint8Array>();
  const content = await readWhole(log);
  let at = 0;
  for (;;) {
    if (content.length - at < headerBytes || content[at + 4] !== 1) break;
    const keyEnd = at + headerBytes + content.readUInt16LE(at + 5);
    const valueLength = content.readUInt32LE(at + 7);
    const end = valueLength === lengthOfDelete ? keyEnd : keyEnd + valueLength;
    if (end > content.length) break;
    if (content.readUInt32LE(at) !== crc32(content.subarray(at + 4, end))) break;
    const key = content.toString("latin1", at + headerBytes, keyEnd);
    if (valueLength === lengthOfDelete) values.delete(key);
    else values.set(key, new Uint8Array(content.subarray(keyEnd, end)));
    at = end;
  }
  if (at < content.length) await log.truncate(at);
  await log.sync();
  await disk.syncDirectory(directory);
  return new SyncedPutsKv(log, lock, values);
}

class SyncedPutsKv implements DurableKv {
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
    await this.#log.append(encode(key, copy));
    await this.#log.sync();
    this.#values.set(keyText(key), copy);
  }

  async delete(key: Uint8Array): Promise<void> {
    this.#begin(key);
    await this.#log.append(encode(key, undefined));
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

function encode(key: Uint8Array, value: Uint8Array | undefined): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(1, 4);
  header.writeUInt16LE(key.length, 5);
  header.writeUInt32LE(value?.length ?? lengthOfDelete, 7);
  const record = Buffer.concat([header, key, value ?? new Uint8Array(0)]);
  record.writeUInt32LE(crc32(record.subarray(4)), 0);
  return record;
}

function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString("latin1");
}
