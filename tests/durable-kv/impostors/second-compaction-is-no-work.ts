/**
 * The reference with a guard against two compactions at a time.
 *
 * Wrong: the second call resolves at once instead of with the first. Its caller takes the space for given
 * back, and it is not yet.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/space-is-bounded",
  level: 5,
  misconception: "somebody else is at it already, so it is done",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new BusyStore(await openReference(options));
}

class BusyStore extends PassOnStore {
  #isCompacting = false;

  override async compact(): Promise<void> {
    if (this.#isCompacting) return;
    this.#isCompacting = true;
    try {
      await this.store.compact();
    } finally {
      this.#isCompacting = false;
    }
  }
}
