/**
 * The reference, where a write lets its caller go on for a moment before it begins.
 *
 * Wrong: if close comes within that moment the write is refused, although it was called before.
 */
import { ClosedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/every-call-is-answered",
  level: 3,
  misconception: "a call begins when its code gets to run",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new LeisurelyStore(await openReference(options));
}

class LeisurelyStore extends PassOnStore {
  #isClosed = false;

  override async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    await this.#aMoment();
    return this.store.put(key, value);
  }

  override async delete(key: Uint8Array): Promise<void> {
    await this.#aMoment();
    return this.store.delete(key);
  }

  override close(): Promise<void> {
    this.#isClosed = true;
    return this.store.close();
  }

  async #aMoment(): Promise<void> {
    await undefined;
    if (this.#isClosed) throw new ClosedError("The store is closed.");
  }
}
