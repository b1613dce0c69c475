/**
 * The reference with a compaction that nobody may disturb.
 *
 * Wrong: a write that is called while a compaction runs waits for its end. Nothing is ever lost or
 * wrong; only every writer stands still for as long as it takes to write all that lives.
 */
import { ClosedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/writes-go-on-during-compaction",
  level: 5,
  misconception: "compaction needs the store to stand still",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new StandstillStore(await openReference(options));
}

class StandstillStore extends PassOnStore {
  #compacting: Promise<void> | undefined;
  readonly #held = new Set<Promise<void>>();
  #isClosed = false;

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    if (this.#isUndisturbed()) return this.store.put(key, value);
    const copies = [key, value].map((bytes) =>
      bytes instanceof Uint8Array ? new Uint8Array(bytes) : bytes,
    );
    return this.#hold(() => this.store.put(copies[0] ?? key, copies[1] ?? value));
  }

  override delete(key: Uint8Array): Promise<void> {
    if (this.#isUndisturbed()) return this.store.delete(key);
    const copy = key instanceof Uint8Array ? key.slice() : key;
    return this.#hold(() => this.store.delete(copy));
  }

  override compact(): Promise<void> {
    if (this.#isClosed) return this.store.compact();
    this.#compacting ??= this.store.compact().finally(() => {
      this.#compacting = undefined;
    });
    return this.#compacting;
  }

  override async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.#isClosed) throw new ClosedError("The store is closed.");
    return this.store.get(key);
  }

  override async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#held);
    await this.store.close();
  }

  #isUndisturbed(): boolean {
    return this.#compacting === undefined && !this.#isClosed;
  }

  async #hold(write: () => Promise<void>): Promise<void> {
    if (this.#isClosed) throw new ClosedError("The store is closed.");
    const done = Promise.allSettled([this.#compacting]).then(write);
    this.#held.add(done);
    try {
      await done;
    } finally {
      this.#held.delete(done);
    }
  }
}
