/**
 * A log of JSON lines whose keys are text.
 *
 * Wrong: keys are decoded as UTF-8, so that all invalid bytes become the same replacement character
 * and two different keys become one. Every key that a person would type works, and so do all values,
 * for which the author did think of base64.
 */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 1;
export const impostor = {
  promise: "durable-kv/bytes-come-back-exactly",
  level: 1,
  misconception: "bytes can be turned into a string and back",
} as const;

type Line = ["put", key: string, value: string] | ["delete", key: string];

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const lock = await options.disk.lock(options.directory);
  const log = await options.disk.open(`${options.directory}/log`, { create: true });
  const values = new Map<string, Uint8Array>();
  for (const text of (await readWhole(log)).toString("utf8").split("\n")) {
    if (text !== "") apply(values, JSON.parse(text) as Line);
  }
  return new TextKeyKv(log, lock, values);
}

class TextKeyKv implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  readonly #values: Map<string, Uint8Array>;
  #closed = false;

  constructor(log: DiskFile, lock: DiskLock, values: Map<string, Uint8Array>) {
    this.#log = log;
    this.#lock = lock;
    this.#values = values;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#begin(key);
    return this.#values.get(keyText(key))?.slice();
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#begin(key);
    checkValue(value);
    await this.#write(["put", keyText(key), Buffer.from(value).toString("base64")]);
  }

  async delete(key: Uint8Array): Promise<void> {
    this.#begin(key);
    await this.#write(["delete", keyText(key)]);
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

  async #write(line: Line): Promise<void> {
    await this.#log.append(Buffer.from(`${JSON.stringify(line)}\n`));
    apply(this.#values, line);
  }
}

function apply(values: Map<string, Uint8Array>, line: Line): void {
  const [kind, key, value] = line;
  if (kind === "put") values.set(key, new Uint8Array(Buffer.from(value, "base64")));
  else values.delete(key);
}

function keyText(key: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(key);
}
