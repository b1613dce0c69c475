/**
 * The reference with reads that wait for the writers of their key.
 *
 * Wrong: a read that finds a put of its key on the way waits until that is answered, to be as fresh as
 * can be. So it waits for a sync, although the last safe value was there to be answered.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/reads-never-wait",
  level: 3,
  misconception: "a read must not answer while a newer value is on its way",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new FreshestStore(await openReference(options));
}

class FreshestStore extends PassOnStore {
  /** The last write of each key that is on its way. */
  readonly #writing = new Map<string, Promise<void>>();

  override async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = await this.store.get(key);
    const writing = this.#writing.get(keyText(key));
    if (writing === undefined) return value;
    await Promise.allSettled([writing]);
    return this.store.get(key).catch(() => value);
  }

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.#onItsWay(key, this.store.put(key, value));
  }

  override delete(key: Uint8Array): Promise<void> {
    return this.#onItsWay(key, this.store.delete(key));
  }

  async #onItsWay(key: Uint8Array, done: Promise<void>): Promise<void> {
    const text = key instanceof Uint8Array ? keyText(key) : "";
    this.#writing.set(text, done);
    try {
      await done;
    } finally {
      if (this.#writing.get(text) === done) this.#writing.delete(text);
    }
  }
}

function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString("latin1");
}
