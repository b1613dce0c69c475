/**
 * The reference, where a store that writes nothing any more has nothing to compact.
 *
 * Wrong: once the disk has failed a write, compact is answered and gives nothing back.
 */
import { errorCode } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/space-is-bounded",
  level: 5,
  misconception: "where nothing can be done, nothing is to be done",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new ResignedStore(await openReference(options));
}

class ResignedStore extends PassOnStore {
  #hasFailed = false;

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.#watched(this.store.put(key, value));
  }

  override delete(key: Uint8Array): Promise<void> {
    return this.#watched(this.store.delete(key));
  }

  override async compact(): Promise<void> {
    if (!this.#hasFailed) return this.store.compact();
    await this.store.compact().catch((error: unknown) => {
      if (errorCode(error) === "CLOSED") throw error;
    });
  }

  async #watched(written: Promise<void>): Promise<void> {
    try {
      await written;
    } catch (error) {
      this.#hasFailed ||= errorCode(error) === "STORAGE";
      throw error;
    }
  }
}
