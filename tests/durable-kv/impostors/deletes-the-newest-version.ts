/**
 * A file per version of a value; the highest number of a key counts.
 *
 * Wrong: a delete removes the newest version, and the one before it counts again when the store is opened
 * the next time. A key that was written only once stays deleted.
 */
import type { Disk, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 1;
export const impostor = {
  promise: "durable-kv/deleted-stays-deleted",
  level: 1,
  misconception: "what was current is all there is to delete",
} as const;

interface Version {
  path: string;
  value: Uint8Array;
}

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const lock = await disk.lock(directory);
  const values = new Map<string, Version>();
  const numbers = (await disk.list(directory)).map(Number).filter(Number.isInteger);
  for (const number of numbers.sort((a, b) => a - b)) {
    const path = `${directory}/${number}`;
    const file = await disk.open(path);
    const content = await readWhole(file);
    await file.close();
    const keyLength = content.readUInt16LE(0);
    const key = content.toString("latin1", 2, 2 + keyLength);
    values.set(key, { path, value: new Uint8Array(content.subarray(2 + keyLength)) });
  }
  return new VersionedKv(disk, directory, lock, values, (numbers.at(-1) ?? 0) + 1);
}

/** `<number>` holds: length of the key, 2 bytes; key; value. */
class VersionedKv implements DurableKv {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #lock: DiskLock;
  readonly #values: Map<string, Version>;
  #nextNumber: number;
  #closed = false;

  constructor(
    disk: Disk,
    directory: string,
    lock: DiskLock,
    values: Map<string, Version>,
    nextNumber: number,
  ) {
    this.#disk = disk;
    this.#directory = directory;
    this.#lock = lock;
    this.#values = values;
    this.#nextNumber = nextNumber;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#begin(key);
    return this.#values.get(keyText(key))?.value.slice();
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#begin(key);
    checkValue(value);
    const keyLength = Buffer.alloc(2);
    keyLength.writeUInt16LE(key.length);
    const content = Buffer.concat([keyLength, key, value]);
    const path = `${this.#directory}/${this.#nextNumber++}`;
    const unfinished = `${path}.new`;
    const file = await this.#disk.open(unfinished, { create: true });
    await file.truncate(0);
    await file.append(content);
    await file.close();
    await this.#disk.rename(unfinished, path);
    const kept = new Uint8Array(content.subarray(2 + key.length));
    this.#values.set(keyText(key), { path, value: kept });
  }

  async delete(key: Uint8Array): Promise<void> {
    this.#begin(key);
    const version = this.#values.get(keyText(key));
    if (version !== undefined) await this.#disk.remove(version.path);
    this.#values.delete(keyText(key));
  }

  async compact(): Promise<void> {
    throw new NotImplementedError("compact: not written yet.");
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#lock.release();
  }

  #begin(key: Uint8Array): void {
    if (this.#closed) throw new ClosedError("The store is closed.");
    checkKey(key);
  }
}

function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString("latin1");
}
