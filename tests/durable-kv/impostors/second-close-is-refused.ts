/**
 * A store that writes everything it knows into one file at every write.
 *
 * Wrong: the second close is treated like every other call after the first and rejects with CLOSED.
 * A `finally` that closes what was closed already then hides the error it was meant to tidy up after.
 */
import type { Disk, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 1;
export const impostor = {
  promise: "durable-kv/closed-means-closed",
  level: 1,
  misconception: "after close every call is a mistake, close too",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const lock = await disk.lock(directory);
  const values = new Map<string, string>();
  if ((await disk.list(directory)).includes("all")) {
    const file = await disk.open(`${directory}/all`);
    const entries = JSON.parse((await readWhole(file)).toString("latin1")) as [string, string][];
    await file.close();
    for (const [key, value] of entries) values.set(key, value);
  }
  return new WholeFileKv(disk, directory, lock, values);
}

class WholeFileKv implements DurableKv {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #lock: DiskLock;
  /** Keys and values as base64. */
  readonly #values: Map<string, string>;
  #closed = false;

  constructor(disk: Disk, directory: string, lock: DiskLock, values: Map<string, string>) {
    this.#disk = disk;
    this.#directory = directory;
    this.#lock = lock;
    this.#values = values;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#begin();
    checkKey(key);
    const value = this.#values.get(base64(key));
    return value === undefined ? undefined : new Uint8Array(Buffer.from(value, "base64"));
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#begin();
    checkKey(key);
    checkValue(value);
    this.#values.set(base64(key), base64(value));
    await this.#writeAll();
  }

  async delete(key: Uint8Array): Promise<void> {
    this.#begin();
    checkKey(key);
    if (this.#values.delete(base64(key))) await this.#writeAll();
  }

  async compact(): Promise<void> {
    throw new NotImplementedError("compact: not written yet.");
  }

  async close(): Promise<void> {
    this.#begin();
    this.#closed = true;
    await this.#lock.release();
  }

  #begin(): void {
    if (this.#closed) throw new ClosedError("The store is closed.");
  }

  async #writeAll(): Promise<void> {
    const file = await this.#disk.open(`${this.#directory}/all.new`, { create: true });
    await file.truncate(0);
    await file.append(Buffer.from(JSON.stringify([...this.#values])));
    await file.close();
    await this.#disk.rename(`${this.#directory}/all.new`, `${this.#directory}/all`);
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
