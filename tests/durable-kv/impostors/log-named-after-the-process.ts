/**
 * A log of JSON lines with a name that no other process uses.
 *
 * Wrong: the name is made of the process id, and recovery looks for the log of that name. In one process,
 * whatever crash is simulated in it, everything is found again; the next process begins with an empty
 * store beside the old log. Only real processes show it.
 */
import { pid } from "node:process";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, NotImplementedError } from "#platform/errors.ts";
import { checkKey, checkValue } from "./parts/arguments.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 1;
export const impostor = {
  promise: "durable-kv/answered-writes-outlive-the-process",
  level: 1,
  misconception: "a name that is unique today is one that can be found again tomorrow",
  stressOnly: true,
} as const;

type Line = readonly [key: string, value: string | null];

export async function openDurableKv({ disk, directory }: DurableKvOptions): Promise<DurableKv> {
  const lock = await disk.lock(directory);
  try {
    const log = await disk.open(`${directory}/log-${pid}`, { create: true });
    const values = new Map<string, string>();
    for (const line of (await readWhole(log)).toString("latin1").split("\n")) {
      if (line !== "") apply(values, JSON.parse(line) as Line);
    }
    return new LogOfThisProcess(log, lock, values);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

class LogOfThisProcess implements DurableKv {
  readonly #log: DiskFile;
  readonly #lock: DiskLock;
  /** Keys and values in base64. */
  readonly #values: Map<string, string>;
  #closing: Promise<void> | undefined;

  constructor(log: DiskFile, lock: DiskLock, values: Map<string, string>) {
    this.#log = log;
    this.#lock = lock;
    this.#values = values;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = this.#values.get(this.#keyText(key));
    return value === undefined ? undefined : new Uint8Array(Buffer.from(value, "base64"));
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const keyText = this.#keyText(key);
    checkValue(value);
    await this.#write([keyText, base64(value)]);
  }

  async delete(key: Uint8Array): Promise<void> {
    await this.#write([this.#keyText(key), null]);
  }

  async compact(): Promise<void> {
    throw new NotImplementedError("compact: not written yet.");
  }

  close(): Promise<void> {
    this.#closing ??= this.#log.close().then(() => this.#lock.release());
    return this.#closing;
  }

  async #write(line: Line): Promise<void> {
    await this.#log.append(Buffer.from(`${JSON.stringify(line)}\n`));
    apply(this.#values, line);
  }

  #keyText(key: Uint8Array): string {
    if (this.#closing !== undefined) throw new ClosedError("The store is closed.");
    checkKey(key);
    return base64(key);
  }
}

function apply(values: Map<string, string>, [key, value]: Line): void {
  if (value === null) values.delete(key);
  else values.set(key, value);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
