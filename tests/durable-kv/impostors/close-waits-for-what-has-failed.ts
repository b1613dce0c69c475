/**
 * The reference with a close that leaves the work to a compaction if one is running still: whoever is the last
 * gives the directory back.
 *
 * Wrong: a compaction that the disk has failed is never taken off the count, and comes to no end at which it
 * could give anything back.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/one-owner-at-a-time",
  level: 1,
  misconception: "what has begun comes to its end, well or badly",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new PatientStore(await openReference(options));
}

class PatientStore extends PassOnStore {
  #compactions = 0;
  readonly #running = new Set<Promise<void>>();
  #closing: Promise<void> | undefined;

  override async compact(): Promise<void> {
    if (this.#closing !== undefined) return this.store.compact();
    const running = this.store.compact();
    this.#running.add(running);
    this.#compactions++;
    await running;
    this.#compactions--;
  }

  override close(): Promise<void> {
    return (this.#closing ??= this.#closeWhenNoneRuns());
  }

  async #closeWhenNoneRuns(): Promise<void> {
    await Promise.allSettled(this.#running);
    if (this.#compactions === 0) await this.store.close();
  }
}
