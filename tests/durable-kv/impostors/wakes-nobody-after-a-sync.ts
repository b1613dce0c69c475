/**
 * Group commit by a leader: who finds nobody writing writes for all who wait.
 *
 * Wrong: whether a next round is needed is decided before the sync. A writer that arrives during the
 * sync of a round without followers waits until somebody else happens to write, for ever if nobody does.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { crc32 } from "./parts/crc32.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 3;
export const impostor = {
  promise: "durable-kv/every-call-is-answered",
  level: 3,
  misconception: "whoever comes later will start a round of their own",
} as const;

type Entry = [key: string, value?: string];

interface Writer {
  entry: Entry;
  answer: () => void;
  fail: (error: unknown) => void;
}

/** A line is one batch: CRC-32 in hexadecimal, then the entries as JSON. */
export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  const lock = await disk.lock(directory);
  const log = await disk.open(`${directory}/log`, { create: true });
  const values = new Map<string, string>();
  const content = (await readWhole(log)).toString("latin1");
  let at = 0;
  for (;;) {
    const end = content.indexOf("\n", at);
    if (end === -1 || content.slice(at, at + 8) !== checksum(content.slice(at + 8, end))) break;
    const entries = JSON.parse(content.slice(at + 8, end)) as Entry[];
    for (const entry of entries) apply(values, entry);
    at = end + 1;
  }
  if (at < content.length) await log.truncate(at);
  await log.sync();
  await disk.syncDirectory(directory);
  return new LeaderKv(log, lock, values);
}

class LeaderKv implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  /** Keys and values as base64. */
  readonly #values: Map<string, string>;
  #waiting: Writer[] = [];
  #leading = false;
  #unanswered = new Set<Promise<void>>();
  #closing: Promise<void> | undefined;

  constructor(log: DiskFile, lock: DiskLock, values: Map<string, string>) {
    this.#log = log;
    this.#lock = lock;
    this.#values = values;
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
    if (this.#waiting.length > 0 && !this.#leading) await this.#lead();
    await Promise.allSettled(this.#unanswered);
    await this.#log.close();
    await this.#lock.release();
  }

  #begin(key: Uint8Array): string {
    if (this.#closing !== undefined) throw new ClosedError("The store is closed.");
    checkKey(key);
    return base64(key);
  }

  #write(entry: Entry): Promise<void> {
    const answered = new Promise<void>((answer, fail) => {
      this.#waiting.push({ entry, answer, fail });
    });
    this.#unanswered.add(answered);
    if (!this.#leading) this.#lead();
    return answered.finally(() => this.#unanswered.delete(answered));
  }

  async #lead(): Promise<void> {
    this.#leading = true;
    for (let more = true; more;) {
      const round = this.#waiting;
      this.#waiting = [];
      const text = JSON.stringify(round.map(({ entry }) => entry));
      await this.#log.append(Buffer.from(`${checksum(text)}${text}\n`));
      more = this.#waiting.length > 0;
      await this.#log.sync();
      if (!more) this.#leading = false;
      for (const { entry, answer } of round) {
        apply(this.#values, entry);
        answer();
      }
    }
  }
}

function apply(values: Map<string, string>, [key, value]: Entry): void {
  if (value === undefined) values.delete(key);
  else values.set(key, value);
}

function checksum(text: string): string {
  return crc32(Buffer.from(text, "latin1")).toString(16).padStart(8, "0");
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
