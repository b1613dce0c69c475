/**
 * A log of checksummed lines that trusts its own end.
 *
 * Wrong: a last line that is cut short is refused like any damage, and the store never opens again.
 * The author wanted to be strict about corruption, and was, with zeros and garbage cut off correctly.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, CorruptionError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { crc32 } from "./parts/crc32.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 2;
export const impostor = {
  promise: "durable-kv/opens-after-any-crash",
  level: 2,
  misconception: "a line that does not end can only be damage",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const path = `${directory}/log`;
  const lock = await disk.lock(directory);
  const log = await disk.open(path, { create: true });
  const values = new Map<string, string>();
  const validLength = replay((await readWhole(log)).toString("latin1"), values, path);
  if (validLength < (await log.size())) await log.truncate(validLength);
  await log.sync();
  await disk.syncDirectory(directory);
  return new StrictLinesKv(log, lock, values);
}

/** A line: CRC-32 in hexadecimal, key and perhaps value in base64, separated by spaces. */
function replay(content: string, values: Map<string, string>, path: string): number {
  let at = 0;
  while (at < content.length) {
    const end = content.indexOf("\n", at);
    if (end === -1 && /^[0-9a-z]{8} /i.test(content.slice(at))) {
      throw new CorruptionError(path, at, "the line does not end");
    }
    const [checksum, key = "", value] = content.slice(at, end).split(" ");
    if (end === -1 || checksum !== checksumOf(key, value)) break;
    if (value === undefined) values.delete(key);
    else values.set(key, value);
    at = end + 1;
  }
  return at;
}

class StrictLinesKv implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  /** Keys and values as base64. */
  readonly #values: Map<string, string>;
  #closed = false;

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
    const valueText = base64(value);
    await this.#append(`${checksumOf(text, valueText)} ${text} ${valueText}\n`);
    this.#values.set(text, valueText);
  }

  async delete(key: Uint8Array): Promise<void> {
    const text = this.#begin(key);
    await this.#append(`${checksumOf(text, undefined)} ${text}\n`);
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
    return base64(key);
  }

  async #append(line: string): Promise<void> {
    await this.#log.append(Buffer.from(line));
    await this.#log.sync();
  }
}

function checksumOf(key: string, value: string | undefined): string {
  const text = value === undefined ? key : `${key} ${value}`;
  return crc32(Buffer.from(text)).toString(16).padStart(8, "0");
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
