/**
 * A log of records whose checksum covers their beginning, since that is where everything that matters is.
 *
 * Wrong: header, key and the first bytes of the value are covered, the rest of a longer value is not. A
 * sector that is lost in there comes back as zeros or garbage. The small values of the tests are safe.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { crc32 } from "./parts/crc32.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 2;
export const impostor = {
  promise: "durable-kv/no-invented-values",
  level: 2,
  misconception: "a record whose beginning is whole is whole",
} as const;

const headerBytes = 11;
const checkedBytesMax = 48;
const lengthOfDelete = 0xffffffff;

/** A record: CRC-32 of what follows, 4 bytes; version, 1; length of the key, 2; length of the value, 4; key; value. */
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
    if (content.readUInt32LE(at) !== checksumOf(content.subarray(at, end))) break;
    const key = content.toString("latin1", at + headerBytes, keyEnd);
    if (valueLength === lengthOfDelete) values.delete(key);
    else values.set(key, new Uint8Array(content.subarray(keyEnd, end)));
    at = end;
  }
  if (at < content.length) await log.truncate(at);
  await log.sync();
  await disk.syncDirectory(directory);
  return new BeginningsKv(log, lock, values);
}

class BeginningsKv implements DurableKv {
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
    await this.#log.sync();
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
  record.writeUInt32LE(checksumOf(record), 0);
  return record;
}

function checksumOf(record: Buffer): number {
  return crc32(record.subarray(4, checkedBytesMax));
}

function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString("latin1");
}
