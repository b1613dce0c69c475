/**
 * A log of JSON lines whose table in memory is the one that knows the limits.
 *
 * Wrong: the line is appended before the table refuses the size, so that a rejected put shows after
 * the next open. While the store is open everything looks right: the call rejects, a get finds nothing.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, InvalidArgumentError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 1;
export const impostor = {
  promise: "durable-kv/bad-arguments-are-refused",
  level: 1,
  misconception: "a call that rejects has done nothing",
} as const;

type Line = [key: string, value?: string];

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const lock = await options.disk.lock(options.directory);
  const log = await options.disk.open(`${options.directory}/log.jsonl`, { create: true });
  const values = new Map<string, string>();
  for (const line of (await readWhole(log)).toString("latin1").split("\n")) {
    if (line === "") continue;
    const [key, value] = JSON.parse(line) as Line;
    if (value === undefined) values.delete(key);
    else values.set(key, value);
  }
  return new LogFirstKv(log, lock, values);
}

class LogFirstKv implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  /** Keys and values as base64. */
  readonly #values: Map<string, string>;
  #closed = false;

  constructor(log: DiskFile, lock: DiskLock, values: Map<string, string>) {
    this.#log = log;
    this.#lock = lock;
    this.#values = values;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const text = this.#begin(key);
    checkSize("key", key, 1, 1024);
    const value = this.#values.get(text);
    return value === undefined ? undefined : new Uint8Array(Buffer.from(value, "base64"));
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const keyText = this.#begin(key);
    const valueText = base64("value", value);
    await this.#append([keyText, valueText]);
    checkSize("key", key, 1, 1024);
    checkSize("value", value, 0, 1_048_576);
    this.#values.set(keyText, valueText);
  }

  async delete(key: Uint8Array): Promise<void> {
    const keyText = this.#begin(key);
    await this.#append([keyText]);
    checkSize("key", key, 1, 1024);
    this.#values.delete(keyText);
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

  #begin(key: Uint8Array): string {
    if (this.#closed) throw new ClosedError("The store is closed.");
    return base64("key", key);
  }

  #append(line: Line): Promise<void> {
    return this.#log.append(Buffer.from(`${JSON.stringify(line)}\n`));
  }
}

function base64(name: string, bytes: unknown): string {
  if (!(bytes instanceof Uint8Array)) {
    throw new InvalidArgumentError(`Expected \`${name}\` to be a Uint8Array, got ${typeof bytes}.`);
  }
  return Buffer.from(bytes).toString("base64");
}

function checkSize(name: string, bytes: Uint8Array, least: number, most: number): void {
  if (bytes.length >= least && bytes.length <= most) return;
  throw new InvalidArgumentError(
    `Expected \`${name}\` to be ${least}–${most} bytes, got ${bytes.length}.`,
  );
}
