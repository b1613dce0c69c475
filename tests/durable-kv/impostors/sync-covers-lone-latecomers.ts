/**
 * Appends go out one after the other, one sync at a time runs behind them, and a write that races with
 * nobody is not kept waiting.
 *
 * Wrong: when a sync ends, records that arrived while it ran are answered too, if no other waiting write
 * has their key. Their order is beyond doubt; but a sync covers only what had settled when it was called.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { crc32 } from "./parts/crc32.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 3;
export const impostor = {
  promise: "durable-kv/races-survive-as-answered",
  level: 3,
  misconception: "only writes that race with each other need care",
} as const;

interface Write {
  key: string;
  value: Uint8Array | undefined;
  answer: () => void;
  fail: (error: unknown) => void;
}

const headerBytes = 10;
const lengthOfDelete = 0xffffffff;

/** A record: CRC-32 of the rest, 4 bytes; length of the value, 4; length of the key, 2; key; value. */
export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const lock = await disk.lock(directory);
  const log = await disk.open(`${directory}/log`, { create: true });
  const content = await readWhole(log);
  const values = new Map<string, Uint8Array>();
  let at = 0;
  while (content.length - at > headerBytes) {
    const length = content.readUInt32LE(at + 4);
    const keyEnd = at + headerBytes + content.readUInt16LE(at + 8);
    const end = length === lengthOfDelete ? keyEnd : keyEnd + length;
    if (end > content.length) break;
    if (crc32(content.subarray(at + 4, end)) !== content.readUInt32LE(at)) break;
    const key = content.toString("latin1", at + headerBytes, keyEnd);
    if (length === lengthOfDelete) values.delete(key);
    else values.set(key, new Uint8Array(content.subarray(keyEnd, end)));
    at = end;
  }
  if (at < content.length) await log.truncate(at);
  await log.sync();
  await disk.syncDirectory(directory);
  return new LoneWritersKv(log, lock, values);
}

class LoneWritersKv implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  /** What reads show: the answered writes. */
  readonly #values: Map<string, Uint8Array>;
  #lastAppend: Promise<void> = Promise.resolve();
  /** In the log and not answered, in the order of the log. */
  readonly #appended: Write[] = [];
  /** How many unanswered writes each key has. */
  readonly #waitingFor = new Map<string, number>();
  #unanswered = 0;
  #syncing = false;
  #allAnswered = (): void => undefined;
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
    await this.#write(text, value.slice());
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
    if (this.#unanswered > 0) {
      await new Promise<void>((resolve) => {
        this.#allAnswered = resolve;
      });
    }
    await this.#log.close();
    await this.#lock.release();
  }

  #begin(key: Uint8Array): string {
    if (this.#closing !== undefined) throw new ClosedError("The store is closed.");
    checkKey(key);
    return Buffer.from(key).toString("latin1");
  }

  #write(key: string, value: Uint8Array | undefined): Promise<void> {
    this.#unanswered++;
    this.#count(key, 1);
    return new Promise((answer, fail) => {
      const write: Write = { key, value, answer, fail };
      this.#lastAppend = this.#lastAppend
        .then(() => this.#log.append(encode(key, value)))
        .then(() => {
          this.#appended.push(write);
          if (!this.#syncing) this.#syncUntilAllAreAnswered().catch(fail);
        }, fail);
    });
  }

  #count(key: string, change: number): void {
    this.#waitingFor.set(key, (this.#waitingFor.get(key) ?? 0) + change);
  }

  async #syncUntilAllAreAnswered(): Promise<void> {
    this.#syncing = true;
    while (this.#appended.length > 0) {
      const coveredCount = this.#appended.length;
      await this.#log.sync();
      const firstContended = this.#appended.findIndex(
        ({ key }, index) => index >= coveredCount && (this.#waitingFor.get(key) ?? 0) > 1,
      );
      const count = firstContended === -1 ? this.#appended.length : firstContended;
      const covered = this.#appended.splice(0, count);
      for (const { key, value, answer } of covered) {
        if (value === undefined) this.#values.delete(key);
        else this.#values.set(key, value);
        answer();
      }
      for (const { key } of covered) this.#count(key, -1);
      this.#unanswered -= covered.length;
    }
    this.#syncing = false;
    if (this.#unanswered === 0) this.#allAnswered();
  }
}

function encode(key: string, value: Uint8Array | undefined): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(value?.length ?? lengthOfDelete, 4);
  header.writeUInt16LE(key.length, 8);
  const record = Buffer.concat([header, Buffer.from(key, "latin1"), value ?? Buffer.alloc(0)]);
  record.writeUInt32LE(crc32(record.subarray(4)));
  return record;
}
