/**
 * Two slots that take turns: every write puts all values, a generation and a checksum into the older one.
 *
 * Wrong: opening shows the newer valid slot and syncs nothing. After a kill that slot may be there only
 * because the operating system still had it, and the next power cut takes it back. Every write syncs
 * before it answers, so nothing acknowledged is ever lost.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { crc32 } from "./parts/crc32.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 2;
export const impostor = {
  promise: "durable-kv/recovery-is-final",
  level: 2,
  misconception: "what can be read is on the disk",
} as const;

interface Slot {
  generation: number;
  entries: [key: string, value: string][];
}

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const lock = await disk.lock(directory);
  const files: DiskFile[] = [];
  let newest: Slot = { generation: 0, entries: [] };
  for (const name of ["slot-0", "slot-1"]) {
    const file = await disk.open(`${directory}/${name}`, { create: true });
    const slot = decode(await readWhole(file));
    if (slot !== undefined && slot.generation > newest.generation) newest = slot;
    files.push(file);
  }
  await disk.syncDirectory(directory);
  return new TwoSlotsKv(files, lock, newest);
}

class TwoSlotsKv implements DurableKv {
  /** The slot of a generation is its remainder by two. */
  readonly #files: readonly DiskFile[];
  readonly #lock: DiskLock;
  /** Keys and values as base64. */
  readonly #values: Map<string, string>;
  #generation: number;
  #closed = false;

  constructor(files: readonly DiskFile[], lock: DiskLock, newest: Slot) {
    this.#files = files;
    this.#lock = lock;
    this.#values = new Map(newest.entries);
    this.#generation = newest.generation;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = this.#values.get(this.#begin(key));
    return value === undefined ? undefined : new Uint8Array(Buffer.from(value, "base64"));
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const text = this.#begin(key);
    checkValue(value);
    this.#values.set(text, base64(value));
    await this.#writeAll();
  }

  async delete(key: Uint8Array): Promise<void> {
    this.#values.delete(this.#begin(key));
    await this.#writeAll();
  }

  async compact(): Promise<void> {
    throw new NotImplementedError("compact: not written yet.");
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const file of this.#files) await file.close();
    await this.#lock.release();
  }

  #begin(key: Uint8Array): string {
    if (this.#closed) throw new ClosedError("The store is closed.");
    checkKey(key);
    return base64(key);
  }

  async #writeAll(): Promise<void> {
    this.#generation++;
    const file = this.#files[this.#generation % 2];
    if (file === undefined) throw new TypeError("There are two slots.");
    await file.truncate(0);
    await file.append(encode({ generation: this.#generation, entries: [...this.#values] }));
    await file.sync();
  }
}

/** CRC-32 of the rest, 4 bytes; JSON. */
function encode(slot: Slot): Uint8Array {
  const text = Buffer.from(JSON.stringify(slot));
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(text));
  return Buffer.concat([checksum, text]);
}

function decode(content: Buffer): Slot | undefined {
  if (content.length < 4) return undefined;
  const text = content.subarray(4);
  if (content.readUInt32LE(0) !== crc32(text)) return undefined;
  return JSON.parse(text.toString("latin1")) as Slot;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
