/**
 * The reference with a compaction that lets one writer pass.
 *
 * Wrong: the first write called during a compaction goes on, and every later one waits for the end of it.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/writes-go-on-during-compaction",
  level: 5,
  misconception: "one write that goes on shows that all do",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new NarrowStore(await openReference(options));
}

class NarrowStore extends PassOnStore {
  #compacting: Promise<unknown> | undefined;
  #passed = 0;
  #isClosed = false;
  readonly #held = new Set<Promise<unknown>>();

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    if (this.#passes()) return this.store.put(key, value);
    const copies = [key.slice(), value.slice()] as const;
    return this.#hold(() => this.store.put(...copies));
  }

  override delete(key: Uint8Array): Promise<void> {
    if (this.#passes()) return this.store.delete(key);
    const copy = key.slice();
    return this.#hold(() => this.store.delete(copy));
  }

  override compact(): Promise<void> {
    const compaction = this.store.compact();
    this.#passed = 0;
    this.#compacting = compaction
      .catch(() => undefined)
      .finally(() => {
        this.#compacting = undefined;
      });
    return compaction;
  }

  override async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#held);
    await this.store.close();
  }

  #passes(): boolean {
    return this.#compacting === undefined || this.#isClosed || this.#passed++ === 0;
  }

  async #hold(write: () => Promise<void>): Promise<void> {
    const done = Promise.resolve(this.#compacting).then(write);
    this.#held.add(done);
    try {
      await done;
    } finally {
      this.#held.delete(done);
    }
  }
}
