/**
 * The reference, where a put of a value that is on its way to the disk already is not sent there twice.
 *
 * Wrong: it is answered at once, and what it is the second of is not on the disk yet.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/races-survive-as-answered",
  level: 3,
  misconception: "what has been asked for need not be asked for again",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new ThriftyStore(await openReference(options));
}

class ThriftyStore extends PassOnStore {
  readonly #underWay = new Map<string, Buffer>();

  override async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const written = this.store.put(key, value);
    if (!(key instanceof Uint8Array && value instanceof Uint8Array)) return written;
    const name = Buffer.from(key).toString("latin1");
    if (this.#underWay.get(name)?.equals(value) === true) {
      written.catch(() => undefined); // whoever put it first is told
      return;
    }
    const copy = Buffer.from(value);
    this.#underWay.set(name, copy);
    try {
      await written;
    } finally {
      if (this.#underWay.get(name) === copy) this.#underWay.delete(name);
    }
  }
}
