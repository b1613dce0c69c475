/**
 * The reference with reads that stand aside while a compaction runs.
 *
 * Wrong: a get waits for the end of the compaction, and so for its syncs. What it answers then is right,
 * and nobody who tests with a small store and a fast disk ever feels it.
 */
import { ClosedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/compaction-changes-no-read",
  level: 5,
  misconception: "nobody can read files while they are being replaced",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new AsideStore(await openReference(options));
}

class AsideStore extends PassOnStore {
  #compacting: Promise<void> | undefined;
  readonly #waiting = new Set<Promise<unknown>>();
  #isClosed = false;

  override async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    this.#refuseIfClosed();
    if (this.#compacting === undefined) return this.store.get(key);
    const copy = key instanceof Uint8Array ? key.slice() : key;
    const read = Promise.allSettled([this.#compacting]).then(() => this.store.get(copy));
    this.#waiting.add(read);
    return read.finally(() => this.#waiting.delete(read));
  }

  override async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#refuseIfClosed();
    await this.store.put(key, value);
  }

  override async delete(key: Uint8Array): Promise<void> {
    this.#refuseIfClosed();
    await this.store.delete(key);
  }

  override async compact(): Promise<void> {
    this.#refuseIfClosed();
    this.#compacting ??= this.store.compact().finally(() => {
      this.#compacting = undefined;
    });
    return this.#compacting;
  }

  override async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#waiting);
    await this.store.close();
  }

  #refuseIfClosed(): void {
    if (this.#isClosed) throw new ClosedError("The store is closed.");
  }
}
