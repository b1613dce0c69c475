/**
 * The reference with a memory of its own for the values of this life.
 *
 * Wrong: the memory keeps the buffer that the caller handed in, and the caller fills it with the next
 * value as soon as the put is answered. The log was written before that and has the right bytes, so
 * that everything is right again after the next open.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/buffers-stay-yours",
  level: 1,
  misconception: "what was handed over belongs to me",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new RememberingStore(await openReference(options));
}

interface Put {
  /** The caller's own. */
  buffer: Uint8Array;
  asLogged: Uint8Array;
}

class RememberingStore extends PassOnStore {
  readonly #puts = new Map<string, Put>();

  override async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = await this.store.get(key);
    const put = this.#puts.get(keyText(key));
    const isOfThisLife =
      value !== undefined && put !== undefined && Buffer.compare(put.asLogged, value) === 0;
    return isOfThisLife ? put.buffer.slice() : value;
  }

  override async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const done = this.store.put(key, value);
    const put =
      value instanceof Uint8Array ? { buffer: value, asLogged: value.slice() } : undefined;
    await done;
    if (put !== undefined) this.#puts.set(keyText(key), put);
  }
}

function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString("latin1");
}
