/**
 * A log of JSON lines that a put leaves to itself.
 *
 * Wrong: `put` answers once the append has been called, not once it has settled. Every read is right,
 * close waits for the stragglers, and a test that closes before it reopens never notices.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 1;
export const impostor = {
  promise: "durable-kv/answered-writes-outlive-the-process",
  level: 1,
  misconception: "a write that has been handed to the disk is written",
} as const;

interface Line {
  key: string;
  value: string | null;
}

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const lock = await options.disk.lock(options.directory);
  const log = await options.disk.open(`${options.directory}/log.jsonl`, { create: true });
  const values = new Map<string, string>();
  for (const line of (await readWhole(log)).toString("latin1").split("\n")) {
    if (line === "") continue;
    const { key, value } = JSON.parse(line) as Line;
    if (value === null) values.delete(key);
    else values.set(key, value);
  }
  return new JsonLinesKv(log, lock, values);
}

class JsonLinesKv implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  /** Keys and values as base64. */
  readonly #values: Map<string, string>;
  #lastAppend: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(log: DiskFile, lock: DiskLock, values: Map<string, string>) {
    this.#log = log;
    this.#lock = lock;
    this.#values = values;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#begin(key);
    const value = this.#values.get(base64(key));
    return value === undefined ? undefined : new Uint8Array(Buffer.from(value, "base64"));
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#begin(key);
    checkValue(value);
    this.#append({ key: base64(key), value: base64(value) });
    this.#values.set(base64(key), base64(value));
  }

  async delete(key: Uint8Array): Promise<void> {
    this.#begin(key);
    this.#append({ key: base64(key), value: null });
    this.#values.delete(base64(key));
    await this.#lastAppend;
  }

  async compact(): Promise<void> {
    throw new NotImplementedError("compact: not written yet.");
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#lastAppend;
    await this.#log.close();
    await this.#lock.release();
  }

  #begin(key: Uint8Array): void {
    if (this.#closed) throw new ClosedError("The store is closed.");
    checkKey(key);
  }

  #append(line: Line): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    this.#lastAppend = this.#lastAppend.then(() => this.#log.append(bytes));
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
