/**
 * A log of checksummed records that stops reading at the first one that is not whole.
 *
 * Wrong: it stops reading there and goes on writing behind it. The next open stops at the same place,
 * and everything written since is hidden behind the torn record.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { crc32 } from "./parts/crc32.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 2;
export const impostor = {
  promise: "durable-kv/writes-go-on-after-a-crash",
  level: 2,
  misconception: "a torn record that is ignored does no harm",
} as const;

const headerBytes = 12;

interface LogRecord {
  key: string;
  /** Absent in a delete. */
  value?: string;
}

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const lock = await disk.lock(directory);
  const log = await disk.open(`${directory}/journal`, { create: true });
  const values = new Map<string, string>();
  for (const { key, value } of decode(await readWhole(log))) {
    if (value === undefined) values.delete(key);
    else values.set(key, value);
  }
  await log.sync();
  await disk.syncDirectory(directory);
  return new JournalKv(log, lock, values);
}

class JournalKv implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  /** Keys and values as text, one character a byte. */
  readonly #values: Map<string, string>;
  #closed = false;

  constructor(log: DiskFile, lock: DiskLock, values: Map<string, string>) {
    this.#log = log;
    this.#lock = lock;
    this.#values = values;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = this.#values.get(this.#begin(key));
    return value === undefined ? undefined : new Uint8Array(Buffer.from(value, "latin1"));
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const keyText = this.#begin(key);
    checkValue(value);
    const valueText = text(value);
    await this.#append({ key: keyText, value: valueText });
    this.#values.set(keyText, valueText);
  }

  async delete(key: Uint8Array): Promise<void> {
    const keyText = this.#begin(key);
    await this.#append({ key: keyText });
    this.#values.delete(keyText);
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
    return text(key);
  }

  async #append(record: LogRecord): Promise<void> {
    await this.#log.append(encode(record));
    await this.#log.sync();
  }
}

/** Magic, 4 bytes; CRC-32 of the payload, 4; length of the payload, 4; payload: a kind, length of the key, 2 bytes, key, value. */
function encode({ key, value }: LogRecord): Buffer {
  const payload = Buffer.alloc(3 + key.length + (value?.length ?? 0));
  payload.write(value === undefined ? "-" : "+");
  payload.writeUInt16LE(key.length, 1);
  payload.write(key, 3, "latin1");
  if (value !== undefined) payload.write(value, 3 + key.length, "latin1");
  const header = Buffer.from("JRNL........");
  header.writeUInt32LE(crc32(payload), 4);
  header.writeUInt32LE(payload.length, 8);
  return Buffer.concat([header, payload]);
}

function* decode(content: Buffer): Iterable<LogRecord> {
  let at = 0;
  while (content.toString("latin1", at, at + 4) === "JRNL" && at + headerBytes <= content.length) {
    const end = at + headerBytes + content.readUInt32LE(at + 8);
    const payload = content.subarray(at + headerBytes, end);
    if (
      end > content.length ||
      payload.length < 4 ||
      content.readUInt32LE(at + 4) !== crc32(payload)
    )
      return;
    const keyEnd = 3 + payload.readUInt16LE(1);
    const key = payload.toString("latin1", 3, keyEnd);
    yield payload[0] === 0x2d ? { key } : { key, value: payload.toString("latin1", keyEnd) };
    at = end;
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
