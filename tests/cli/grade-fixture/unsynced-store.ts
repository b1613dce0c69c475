/** A store as many begin one: it answers when the disk has the bytes in its cache. README.md shows its failure. */
import type { DiskFile, DiskLock } from "#platform/disk.ts";
import { ClosedError, InvalidArgumentError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";

export const level = 2;

export async function openDurableKv({ disk, directory }: DurableKvOptions): Promise<DurableKv> {
  const lock = await disk.lock(directory);
  const log = await disk.open(`${directory}/log`, { create: true });
  const lines = (await contentOf(log)).split("\n");
  const values = new Map<string, string>();
  for (const line of lines.slice(0, -1)) apply(values, line);
  // A line that has no end was cut off by a crash.
  const torn = lines.at(-1)?.length ?? 0;
  if (torn > 0) await log.truncate((await log.size()) - torn);
  return new UnsyncedStore(lock, log, values);
}

class UnsyncedStore implements DurableKv {
  readonly #lock: DiskLock;
  readonly #log: DiskFile;
  readonly #values: Map<string, string>;
  #lastWrite: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(lock: DiskLock, log: DiskFile, values: Map<string, string>) {
    this.#lock = lock;
    this.#log = log;
    this.#values = values;
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = this.#values.get(this.#nameOf(key));
    return value === undefined ? undefined : Uint8Array.from(Buffer.from(value, "hex"));
  }

  async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const name = this.#nameOf(key);
    if (!(value instanceof Uint8Array) || value.length > 1_048_576)
      throw new InvalidArgumentError("Expected `value` to be at most 1,048,576 bytes.");
    await this.#write(`${name}=${Buffer.from(value).toString("hex")}`);
  }

  async delete(key: Uint8Array): Promise<void> {
    await this.#write(this.#nameOf(key));
  }

  compact(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#lastWrite;
    await this.#lock.release();
  }

  #write(line: string): Promise<void> {
    const write = this.#lastWrite.then(async () => {
      await this.#log.append(Buffer.from(`${line}\n`));
      apply(this.#values, line);
    });
    this.#lastWrite = write.catch(() => undefined);
    return write;
  }

  #nameOf(key: Uint8Array): string {
    if (this.#isClosed) throw new ClosedError("The store is closed.");
    if (!(key instanceof Uint8Array) || key.length < 1 || key.length > 1024)
      throw new InvalidArgumentError("Expected `key` to be 1–1024 bytes.");
    return Buffer.from(key).toString("hex");
  }
}

function apply(values: Map<string, string>, line: string): void {
  const [name = "", value] = line.split("=");
  if (value === undefined) values.delete(name);
  else values.set(name, value);
}

async function contentOf(log: DiskFile): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const part = await log.read(length, 65_536);
    if (part.length === 0) return Buffer.concat(parts).toString("latin1");
    parts.push(part);
    length += part.length;
  }
}
