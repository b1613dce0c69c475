/**
 * The reference with a compaction that writes once more what was put while it ran, lest it be lost.
 *
 * Wrong: it has kept the callers' buffers for it, and they belong to the callers since their puts were
 * answered.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/compaction-changes-no-read",
  level: 5,
  misconception: "a buffer that was not copied at once need not be copied any more",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new RepeatingStore(await openReference(options));
}

class RepeatingStore extends PassOnStore {
  #compactions = 0;
  #puts: (readonly [key: Uint8Array, value: Uint8Array])[] = [];

  override async put(key: Uint8Array, value: Uint8Array): Promise<void> {
    await this.store.put(key, value);
    if (this.#compactions > 0) this.#puts.push([key, value]);
  }

  override async compact(): Promise<void> {
    this.#compactions++;
    try {
      await this.store.compact();
    } finally {
      if (--this.#compactions === 0) await this.#repeat();
    }
  }

  async #repeat(): Promise<void> {
    for (const [key, value] of this.#puts.splice(0)) await this.store.put(key, value);
  }
}
