/**
 * A log of text lines in hexadecimal, "because a torn line cannot be valid text".
 *
 * Wrong: it can. Nothing but the shape of a line is checked, and `Buffer.from(text, "hex")` stops at the
 * first character that is not a digit, so that a line with a hole in its value yields a shorter value.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 2;
export const impostor = {
  promise: "durable-kv/no-invented-values",
  level: 2,
  misconception: "a record that begins and ends well is whole",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const lock = await disk.lock(directory);
  const log = await disk.open(`${directory}/log.txt`, { create: true });
  const values = new Map<string, Uint8Array>();
  const content = (await readWhole(log)).toString("latin1");
  let at = 0;
  for (;;) {
    const end = content.indexOf("\n", at);
    const [kind, key = "", value = "", ...rest] = content.slice(at, end).split(" ");
    if (end === -1 || (kind !== "put" && kind !== "delete") || rest.length > 0) break;
    if (kind === "put") values.set(key, new Uint8Array(Buffer.from(value, "hex")));
    else values.delete(key);
    at = end + 1;
  }
  if (at < content.length) await log.truncate(at);
  await log.sync();
  await disk.syncDirectory(directory);
  return new HexLinesKv(log, lock, values);
}

class HexLinesKv implements DurableKv {
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
    await this.#append(`put ${text} ${hex(copy)}\n`);
    this.#values.set(text, copy);
  }

  async delete(key: Uint8Array): Promise<void> {
    const text = this.#begin(key);
    await this.#append(`delete ${text}\n`);
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
    return hex(key);
  }

  async #append(line: string): Promise<void> {
    await this.#log.append(Buffer.from(line));
    await this.#log.sync();
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
