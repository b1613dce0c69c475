/**
 * The reference with the value of each key's latest put in front of it: whoever puts it again need not wait.
 *
 * Wrong: a delete in between is forgotten. The same value, put once more, is answered and not written.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/last-write-wins",
  level: 1,
  misconception: "what was put last is what is there",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new RememberingStore(await openReference(options));
}

class RememberingStore extends PassOnStore {
  readonly #latest = new Map<string, Buffer>();

  override async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    if (!(value instanceof Uint8Array)) return this.store.put(key, value);
    const copy = Buffer.from(value);
    if (this.#latest.get(keyText(key))?.equals(copy) === true) {
      await this.store.get(key); // closed or not, and a key like any other
      return;
    }
    await this.store.put(key, value);
    this.#latest.set(keyText(key), copy);
  }
}

function keyText(key: Uint8Array): string {
  return key instanceof Uint8Array ? Buffer.from(key).toString("latin1") : "";
}
