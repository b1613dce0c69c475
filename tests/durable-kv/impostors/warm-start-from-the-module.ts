/**
 * The reference with a warm start: what a directory held when it was closed is remembered, and used
 * again if the same files are there.
 *
 * Wrong: the same names are not the same bytes. A backup that was put back, an older copy of the volume:
 * the reads answer with what the earlier life knew.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/only-the-disk-remembers",
  level: 1,
  misconception: "a directory with the same files is the same directory",
} as const;

interface Warmth {
  names: string;
  values: Map<string, Uint8Array>;
}

/** What each directory held when this process closed it. */
const warmth = new Map<string, Warmth>();

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const names = await namesIn(options);
  const store = await openReference(options);
  const remembered = warmth.get(options.directory);
  warmth.delete(options.directory);
  if (remembered?.names === names) return new WarmStore(store, options, remembered.values);
  return names === "" ? new WarmStore(store, options, new Map()) : store;
}

async function namesIn({ disk, directory }: DurableKvOptions): Promise<string> {
  return (await disk.list(directory)).sort().join();
}

class WarmStore extends PassOnStore {
  readonly #options: DurableKvOptions;
  /** Everything that the store holds. */
  readonly #values: Map<string, Uint8Array>;
  #closing: Promise<void> | undefined;

  constructor(store: DurableKv, options: DurableKvOptions, values: Map<string, Uint8Array>) {
    super(store);
    this.#options = options;
    this.#values = values;
  }

  override async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    await this.store.get(key);
    return this.#values.get(keyText(key))?.slice();
  }

  override async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const done = this.store.put(key, value);
    const copies = [key, value].map((bytes) =>
      bytes instanceof Uint8Array ? new Uint8Array(bytes) : bytes,
    );
    await done;
    this.#values.set(keyText(copies[0] ?? key), copies[1] ?? value);
  }

  override async delete(key: Uint8Array): Promise<void> {
    const done = this.store.delete(key);
    const copy = key instanceof Uint8Array ? key.slice() : key;
    await done;
    this.#values.delete(keyText(copy));
  }

  override close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // Closed for its callers at once; the names are looked at when nothing is written any more.
    await this.store.close();
    const names = await namesIn(this.#options);
    warmth.set(this.#options.directory, { names, values: this.#values });
  }
}

function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString("latin1");
}
