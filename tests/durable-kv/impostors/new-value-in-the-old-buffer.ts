/**
 * The reference, except that a put begins to write its value into the buffer of the old one.
 *
 * Wrong: until the put is answered, a read shows a value that is half the new one and half the old one. A
 * client alone never reads between the call of its put and the answer.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/calls-look-sequential",
  level: 3,
  misconception: "a buffer that is there can be used again",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new ReusingStore(await openReference(options));
}

class ReusingStore extends PassOnStore {
  /** The first halves of values on their way. */
  readonly #coming = new Map<string, Uint8Array>();

  override async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = await this.store.get(key);
    const half = value === undefined ? undefined : this.#coming.get(keyText(key));
    if (value === undefined || half === undefined) return value;
    value.set(half.subarray(0, value.length));
    return value;
  }

  override async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    if (!(key instanceof Uint8Array && value instanceof Uint8Array))
      return this.store.put(key, value);
    this.#coming.set(keyText(key), value.slice(0, value.length >> 1));
    try {
      await this.store.put(key, value);
    } finally {
      this.#coming.delete(keyText(key));
    }
  }
}

function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString("latin1");
}
