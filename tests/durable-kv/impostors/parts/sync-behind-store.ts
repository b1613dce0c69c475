/**
 * A right store, up to level 3: appends go out one after the other, and one sync at a time runs behind them.
 * A planted bug is a class of its own above this one.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import { checkKey, checkValue } from "./arguments.ts";
import { crc32 } from "./crc32.ts";
import { readWhole } from "./read-whole.ts";

export interface Write {
  key: string;
  value: Uint8Array | undefined;
  answer: () => void;
  fail: (error: unknown) => void;
}

const headerBytes = 10;
const lengthOfDelete = 0xffffffff;

/** A record: CRC-32 of the rest, 4 bytes; length of the value, 4; length of the key, 2; key; value. */
export async function openSyncBehind(
  options: DurableKvOptions,
  Store: typeof SyncBehindStore = SyncBehindStore,
): Promise<DurableKv> {
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
  return new Store(log, lock, values);
}

export class SyncBehindStore implements DurableKv {
  readonly log: DiskFile;
  readonly lock: DiskLock;
  /** What reads show: the answered writes. */
  readonly values: Map<string, Uint8Array>;
  lastAppend: Promise<void> = Promise.resolve();
  /** In the log and not answered, in the order of the log. */
  readonly appended: Write[] = [];
  unanswered = 0;
  syncing = false;
  allAnswered = (): void => undefined;
  closing: Promise<void> | undefined;

  constructor(log: DiskFile, lock: DiskLock, values: Map<string, Uint8Array>) {
    this.log = log;
    this.lock = lock;
    this.values = values;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.values.get(this.begin(key))?.slice();
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const text = this.begin(key);
    checkValue(value);
    await this.write(text, new Uint8Array(value));
  }

  async delete(key: Uint8Array): Promise<void> {
    await this.write(this.begin(key), undefined);
  }

  async compact(): Promise<void> {
    throw new NotImplementedError("compact: not written yet.");
  }

  close(): Promise<void> {
    this.closing ??= this.settleAndRelease();
    return this.closing;
  }

  async settleAndRelease(): Promise<void> {
    if (this.unanswered > 0) {
      await new Promise<void>((resolve) => {
        this.allAnswered = resolve;
      });
    }
    await this.log.close();
    await this.lock.release();
  }

  begin(key: Uint8Array): string {
    if (this.closing !== undefined) throw new ClosedError("The store is closed.");
    checkKey(key);
    return Buffer.from(key).toString("latin1");
  }

  write(key: string, value: Uint8Array | undefined): Promise<void> {
    this.unanswered++;
    return new Promise((answer, fail) => {
      const write: Write = { key, value, answer, fail };
      this.lastAppend = this.lastAppend
        .then(() => this.log.append(encode(key, value)))
        .then(() => {
          this.appended.push(write);
          if (!this.syncing) this.syncUntilAllAreAnswered().catch(fail);
        }, fail);
    });
  }

  async syncUntilAllAreAnswered(): Promise<void> {
    this.syncing = true;
    while (this.appended.length > 0) {
      const coveredCount = this.appended.length;
      await this.log.sync();
      const covered = this.appended.splice(0, this.countToAnswer(coveredCount));
      for (const { key, value, answer } of covered) {
        if (value === undefined) this.values.delete(key);
        else this.values.set(key, value);
        answer();
      }
      this.unanswered -= covered.length;
    }
    this.syncing = false;
    if (this.unanswered === 0) this.allAnswered();
  }

  /** How many of those appended a sync answers, which covers so many. */
  countToAnswer(coveredCount: number): number {
    return coveredCount;
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
