/**
 * A log that is created by the first write.
 *
 * Wrong: the file is synced, the directory that holds its name is not, so that a power cut takes the
 * whole file. Opening does sync the directory; but an empty store has no log yet.
 */
import type { Disk, DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { crc32 } from "./parts/crc32.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 2;
export const impostor = {
  promise: "durable-kv/acked-writes-survive",
  level: 2,
  misconception: "a synced file cannot be lost",
} as const;

interface Entry {
  key: string;
  value: string | null;
}

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const path = `${directory}/log`;
  const lock = await disk.lock(directory);
  const values = new Map<string, string>();
  let log: DiskFile | undefined;
  if ((await disk.list(directory)).includes("log")) {
    log = await disk.open(path);
    await replay(log, values);
    await log.sync();
  }
  await disk.syncDirectory(directory);
  return new LazyLogKv(disk, path, log, lock, values);
}

/** A line: 8 hexadecimal digits of CRC-32, JSON, line feed. */
async function replay(log: DiskFile, values: Map<string, string>): Promise<void> {
  const content = (await readWhole(log)).toString("latin1");
  let at = 0;
  for (;;) {
    const end = content.indexOf("\n", at);
    if (end === -1 || content.slice(at, at + 8) !== checksum(content.slice(at + 8, end))) break;
    const { key, value } = JSON.parse(content.slice(at + 8, end)) as Entry;
    if (value === null) values.delete(key);
    else values.set(key, value);
    at = end + 1;
  }
  if (at < content.length) await log.truncate(at);
}

class LazyLogKv implements DurableKv {
  readonly #disk: Disk;
  readonly #path: string;
  #log: DiskFile | undefined;
  readonly #lock: DiskLock;
  /** Keys and values as base64. */
  readonly #values: Map<string, string>;
  #closed = false;

  constructor(
    disk: Disk,
    path: string,
    log: DiskFile | undefined,
    lock: DiskLock,
    values: Map<string, string>,
  ) {
    this.#disk = disk;
    this.#path = path;
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
    const valueText = base64(value);
    await this.#append({ key: text, value: valueText });
    this.#values.set(text, valueText);
  }

  async delete(key: Uint8Array): Promise<void> {
    const text = this.#begin(key);
    await this.#append({ key: text, value: null });
    this.#values.delete(text);
  }

  async compact(): Promise<void> {
    throw new NotImplementedError("compact: not written yet.");
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#log?.close();
    await this.#lock.release();
  }

  #begin(key: Uint8Array): string {
    if (this.#closed) throw new ClosedError("The store is closed.");
    checkKey(key);
    return base64(key);
  }

  async #append(entry: Entry): Promise<void> {
    this.#log ??= await this.#disk.open(this.#path, { create: true });
    const text = JSON.stringify(entry);
    await this.#log.append(Buffer.from(`${checksum(text)}${text}\n`));
    await this.#log.sync();
  }
}

function checksum(text: string): string {
  return crc32(Buffer.from(text, "latin1")).toString(16).padStart(8, "0");
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
