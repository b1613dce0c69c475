/**
 * The reference with a close that waits until no compaction is running.
 *
 * Wrong: a compaction that the disk has failed is never taken off the list. Whoever closes the store
 * after that waits for ever, and the directory is never free.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/one-owner-at-a-time",
  level: 1,
  misconception: "what has begun comes to its end",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new PatientStore(await openReference(options));
}

class PatientStore extends PassOnStore {
  #compactions = 0;
  #closing: Promise<void> | undefined;
  #noneRuns: (() => void) | undefined;

  override async compact(): Promise<void> {
    if (this.#closing !== undefined) return this.store.compact();
    this.#compactions++;
    await this.store.compact();
    if (--this.#compactions === 0) this.#noneRuns?.();
  }

  override close(): Promise<void> {
    return (this.#closing ??= this.#closeWhenNoneRuns());
  }

  async #closeWhenNoneRuns(): Promise<void> {
    const closed = this.store.close();
    if (this.#compactions > 0)
      await new Promise<void>((resolve) => {
        this.#noneRuns = resolve;
      });
    await closed;
  }
}
