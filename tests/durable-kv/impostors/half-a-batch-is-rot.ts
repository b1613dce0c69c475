/**
 * One log; the writers that wait together are one append, a record each:
 *
 *     crc 4 │ key length 4 │ value length 4, or 2³²−1 for a delete │ place in its batch 4 │ key │ value
 *
 * Wrong: recovery takes a damaged record for rot when the record before it in the same batch is whole.
 * A power cut may leave half a batch. A client alone writes batches of one, which are cut off as they
 * should be.
 */
import { crc32 } from "./parts/crc32.ts";
import type { Disk, DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, CorruptionError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 3;
export const impostor = {
  promise: "durable-kv/races-survive-as-answered",
  level: 3,
  misconception: "a batch is written in one piece, so it is lost in one piece",
} as const;

interface Write {
  key: string;
  value: Uint8Array | undefined;
  answer: () => void;
  fail: (error: unknown) => void;
}

const headerBytes = 16;
const lengthOfDelete = 0xffffffff;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const lock = await disk.lock(directory);
  try {
    return await recover(disk, directory, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function recover(disk: Disk, directory: string, lock: DiskLock): Promise<DurableKv> {
  const path = `${directory}/log`;
  const log = await disk.open(path, { create: true });
  const content = await readWhole(log);
  const values = new Map<string, Uint8Array>();
  let at = 0;
  let placeExpected = 0;
  for (;;) {
    const end = endOfRecord(content, at);
    if (end === undefined) break;
    const keyEnd = at + headerBytes + content.readUInt32LE(at + 4);
    const key = content.toString("latin1", at + headerBytes, keyEnd);
    if (content.readUInt32LE(at + 8) === lengthOfDelete) values.delete(key);
    else values.set(key, new Uint8Array(content.subarray(keyEnd, end)));
    // The last of a batch carries the bit above its place.
    const place = content.readUInt32LE(at + 12);
    placeExpected = place >= lastOfBatch ? 0 : place + 1;
    at = end;
  }
  if (placeExpected > 0 && at < content.length) {
    throw new CorruptionError(path, at, "the batch began well and ends in garbage");
  }
  if (at < content.length) await log.truncate(at);
  await log.sync();
  await disk.syncDirectory(directory);
  return new BatchingKv(log, lock, values);
}

const lastOfBatch = 0x80000000;

function endOfRecord(content: Buffer, at: number): number | undefined {
  if (content.length - at <= headerBytes) return undefined;
  const keyLength = content.readUInt32LE(at + 4);
  const valueLength = content.readUInt32LE(at + 8);
  const end = at + headerBytes + keyLength + (valueLength === lengthOfDelete ? 0 : valueLength);
  if (end > content.length) return undefined;
  return crc32(content.subarray(at + 4, end)) === content.readUInt32LE(at) ? end : undefined;
}

class BatchingKv implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  readonly #values: Map<string, Uint8Array>;
  #waiting: Write[] = [];
  #writing: Promise<void> | undefined;
  #failure: unknown;
  #closing: Promise<void> | undefined;

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
    await this.#write(text, new Uint8Array(value));
  }

  async delete(key: Uint8Array): Promise<void> {
    await this.#write(this.#begin(key), undefined);
  }

  async compact(): Promise<void> {
    throw new NotImplementedError("compact: not written yet.");
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writing;
    await this.#log.close();
    await this.#lock.release();
  }

  #begin(key: Uint8Array): string {
    if (this.#closing !== undefined) throw new ClosedError("The store is closed.");
    checkKey(key);
    return Buffer.from(key).toString("latin1");
  }

  #write(key: string, value: Uint8Array | undefined): Promise<void> {
    return new Promise((answer, fail) => {
      this.#waiting.push({ key, value, answer, fail });
      this.#writing ??= this.#writeAll();
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        if (this.#failure !== undefined) throw this.#failure as Error;
        await this.#log.append(Buffer.concat(batch.map(encode)));
        await this.#log.sync();
      } catch (error) {
        this.#failure = error;
        for (const { fail } of batch) fail(error);
        continue;
      }
      for (const { key, value, answer } of batch) {
        if (value === undefined) this.#values.delete(key);
        else this.#values.set(key, value);
        answer();
      }
    }
    this.#writing = undefined;
  }
}

function encode({ key, value }: Write, place: number, batch: readonly Write[]): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(key.length, 4);
  header.writeUInt32LE(value?.length ?? lengthOfDelete, 8);
  header.writeUInt32LE(place === batch.length - 1 ? lastOfBatch + place : place, 12);
  const record = Buffer.concat([header, Buffer.from(key, "latin1"), value ?? Buffer.alloc(0)]);
  record.writeUInt32LE(crc32(record.subarray(4)));
  return record;
}
