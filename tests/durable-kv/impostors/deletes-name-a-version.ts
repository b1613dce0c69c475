/**
 * A log of JSON lines whose deletes name the version that they delete, so that none comes too late.
 *
 * Wrong: overwriting a value does not count its version up in memory. A replay does count, takes the
 * delete of an overwritten key for one that has come too late, and leaves it out. A key that was written
 * only once stays deleted.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 1;
export const impostor = {
  promise: "durable-kv/deleted-stays-deleted",
  level: 1,
  misconception: "a number that memory and log both keep is the same in both",
} as const;

type Line = { key: string; value: string } | { key: string; deletes: number };

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const lock = await options.disk.lock(options.directory);
  const log = await options.disk.open(`${options.directory}/log.jsonl`, { create: true });
  const values = new Map<string, string>();
  const versions = new Map<string, number>();
  for (const text of (await readWhole(log)).toString("latin1").split("\n")) {
    if (text === "") continue;
    const line = JSON.parse(text) as Line;
    const version = versions.get(line.key) ?? 0;
    if ("value" in line) {
      values.set(line.key, line.value);
      versions.set(line.key, version + 1);
    } else if (line.deletes === version) {
      values.delete(line.key);
    }
  }
  return new VersionedLinesKv(log, lock, values, versions);
}

class VersionedLinesKv implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  /** Keys and values as base64. */
  readonly #values: Map<string, string>;
  /** How often each key has been written. */
  readonly #versions: Map<string, number>;
  #closed = false;

  constructor(
    log: DiskFile,
    lock: DiskLock,
    values: Map<string, string>,
    versions: Map<string, number>,
  ) {
    this.#log = log;
    this.#lock = lock;
    this.#values = values;
    this.#versions = versions;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#begin(key);
    const value = this.#values.get(base64(key));
    return value === undefined ? undefined : new Uint8Array(Buffer.from(value, "base64"));
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#begin(key);
    checkValue(value);
    const text = base64(key);
    const valueText = base64(value);
    await this.#append({ key: text, value: valueText });
    if (!this.#versions.has(text)) this.#versions.set(text, 1);
    this.#values.set(text, valueText);
  }

  async delete(key: Uint8Array): Promise<void> {
    this.#begin(key);
    const text = base64(key);
    await this.#append({ key: text, deletes: this.#versions.get(text) ?? 0 });
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

  #begin(key: Uint8Array): void {
    if (this.#closed) throw new ClosedError("The store is closed.");
    checkKey(key);
  }

  #append(line: Line): Promise<void> {
    return this.#log.append(Buffer.from(`${JSON.stringify(line)}\n`));
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
