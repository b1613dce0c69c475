/**
 * A log of checksummed batches, each of which says at what offset it begins: a whole batch behind a
 * damaged one proves that the damaged one had been synced. Recovery makes what it shows safe by writing
 * the log afresh, into a new file that replaces the old one.
 *
 * Wrong: after a long torn tail it saves the room for a copy and writes the log afresh in place: cut to
 * nothing, append what was whole, sync. A power cut in between leaves an empty log. It takes a crash within
 * a recovery to see it, and the author crashed everything but the recovery.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import {
  ClosedError,
  CorruptionError,
  NotImplementedError,
  OverloadedError,
  StorageError,
} from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { crc32 } from "./parts/crc32.ts";
import { wholeNumber } from "./parts/options.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 4;
export const impostor = {
  promise: "durable-kv/recovery-survives-crashes",
  level: 4,
  misconception: "crashes happen while a store is running, not while it opens",
} as const;

type Entry = [key: string, value?: string];

interface Writer {
  entry: Entry;
  answer: () => void;
  fail: (error: unknown) => void;
}

const headerBytes = 12;
const tornBytesMax = 96;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const writersWaitingMax = wholeNumber("writersWaitingMax", options.writersWaitingMax, 1, 1024);
  const lock = await disk.lock(directory);
  try {
    const path = `${directory}/log`;
    let log = await disk.open(path, { create: true });
    const content = await readWhole(log);
    const values = new Map<string, string>();
    let at = 0;
    for (;;) {
      const end = endOfBatch(content, at);
      if (end === undefined) break;
      const entries = JSON.parse(content.toString("latin1", at + headerBytes, end)) as Entry[];
      for (const entry of entries) apply(values, entry);
      at = end;
    }
    for (let later = at + 1; later < content.length; later++) {
      if (endOfBatch(content, later) === undefined) continue;
      throw new CorruptionError(path, at, "a batch that was synced does not fit its checksum");
    }
    if (content.length - at > tornBytesMax) {
      // Much was lost: there may be no room on this disk for the log and a copy of it.
      await log.truncate(0);
      await log.append(content.subarray(0, at));
    } else if (content.length > 0) {
      await log.close();
      log = await disk.open(`${path}.new`, { create: true });
      await log.truncate(0);
      await log.append(content.subarray(0, at));
      await log.sync();
      await disk.rename(`${path}.new`, path);
    }
    await log.sync();
    await disk.syncDirectory(directory);
    return new BatchLogKv(log, at, lock, values, writersWaitingMax);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

class BatchLogKv implements DurableKv {
  readonly #log: DiskFile;
  #logLength: number;
  readonly #lock: DiskLock;
  /** What is safe; keys and values as base64. */
  readonly #values: Map<string, string>;
  readonly #writersWaitingMax: number;
  #unanswered = 0;
  #waiting: Writer[] = [];
  #writing: Promise<void> | undefined;
  #failure: StorageError | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    log: DiskFile,
    logLength: number,
    lock: DiskLock,
    values: Map<string, string>,
    writersWaitingMax: number,
  ) {
    this.#log = log;
    this.#logLength = logLength;
    this.#lock = lock;
    this.#values = values;
    this.#writersWaitingMax = writersWaitingMax;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = this.#values.get(this.#begin(key));
    return value === undefined ? undefined : new Uint8Array(Buffer.from(value, "base64"));
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const text = this.#begin(key);
    checkValue(value);
    await this.#write([text, base64(value)]);
  }

  async delete(key: Uint8Array): Promise<void> {
    await this.#write([this.#begin(key)]);
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
    try {
      await this.#log.close();
    } finally {
      await this.#lock.release();
    }
  }

  #begin(key: Uint8Array): string {
    if (this.#closing !== undefined) throw new ClosedError("The store is closed.");
    checkKey(key);
    return base64(key);
  }

  async #write(entry: Entry): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#unanswered >= this.#writersWaitingMax) throw new OverloadedError("Too many wait.");
    this.#unanswered++;
    try {
      await new Promise<void>((answer, fail) => {
        this.#waiting.push({ entry, answer, fail });
        this.#writing ??= this.#writeBatches();
      });
    } finally {
      this.#unanswered--;
    }
  }

  async #writeBatches(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        if (this.#failure !== undefined) throw this.#failure;
        const bytes = encode(this.#logLength, batch);
        await this.#log.append(bytes);
        await this.#log.sync();
        this.#logLength += bytes.length;
      } catch (cause) {
        this.#failure ??= new StorageError("The disk has failed a write.", { cause });
        for (const { fail } of batch) fail(this.#failure);
        continue;
      }
      for (const { entry, answer } of batch) {
        apply(this.#values, entry);
        answer();
      }
    }
    this.#writing = undefined;
  }
}

/** CRC-32 of the rest, 4 bytes; offset of the batch, 4; length of the entries, 4; entries as JSON. */
function encode(offset: number, batch: readonly Writer[]): Buffer {
  const bytes = Buffer.from(`............${JSON.stringify(batch.map(({ entry }) => entry))}`);
  bytes.writeUInt32LE(offset, 4);
  bytes.writeUInt32LE(bytes.length - headerBytes, 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(4)), 0);
  return bytes;
}

/** Where the batch that begins at `offset` ends, or undefined if no whole one does. */
function endOfBatch(content: Buffer, offset: number): number | undefined {
  if (content.length - offset <= headerBytes) return undefined;
  if (content.readUInt32LE(offset + 4) !== offset) return undefined;
  const end = offset + headerBytes + content.readUInt32LE(offset + 8);
  if (end > content.length) return undefined;
  return content.readUInt32LE(offset) === crc32(content.subarray(offset + 4, end))
    ? end
    : undefined;
}

function apply(values: Map<string, string>, [key, value]: Entry): void {
  if (value === undefined) values.delete(key);
  else values.set(key, value);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
