/**
 * The reference with a cache of what was put in this life. It keeps a slice of each value, not the caller's.
 *
 * Wrong: the slice of a Buffer shares its memory, other than the slice of a plain Uint8Array.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/buffers-stay-yours",
  level: 1,
  misconception: "slice makes a copy",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new CachingStore(await openReference(options));
}

class CachingStore extends PassOnStore {
  readonly #cache = new Map<string, Uint8Array>();
  /** How many writes of a key are on their way. */
  readonly #writers = new Map<string, number>();

  override async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = await this.store.get(key);
    const cached = this.#cache.get(keyText(key));
    return value === undefined || cached === undefined ? value : new Uint8Array(cached);
  }

  override async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    await this.#afterwards(key, this.store.put(key, value), value);
  }

  override async delete(key: Uint8Array): Promise<void> {
    await this.#afterwards(key, this.store.delete(key));
  }

  /** Cached only while no other write of the key may be on its way. */
  async #afterwards(key: Uint8Array, written: Promise<void>, value?: Uint8Array): Promise<void> {
    const name = keyText(key);
    const isAlone = !this.#writers.has(name);
    const kept = isAlone && value instanceof Uint8Array ? value.slice() : undefined;
    this.#cache.delete(name);
    this.#writers.set(name, (this.#writers.get(name) ?? 0) + 1);
    try {
      await written;
    } finally {
      const left = (this.#writers.get(name) ?? 1) - 1;
      if (left === 0) this.#writers.delete(name);
      else this.#writers.set(name, left);
    }
    if (kept !== undefined && !this.#writers.has(name)) this.#cache.set(name, kept);
  }
}

function keyText(key: Uint8Array): string {
  return key instanceof Uint8Array ? Buffer.from(key).toString("latin1") : "";
}
