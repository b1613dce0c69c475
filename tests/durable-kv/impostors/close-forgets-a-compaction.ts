/**
 * The reference with a compaction that lets whoever has called it go on for a moment before it begins.
 *
 * Wrong: if close comes within that moment the compaction does not begin, and its promise never settles.
 * Closing works, the next open works; only the caller of compact waits for ever.
 */
import { ClosedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/compaction-changes-no-read",
  level: 5,
  misconception: "what has not begun needs no end",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new HesitantStore(await openReference(options));
}

class HesitantStore extends PassOnStore {
  #isClosed = false;

  override async compact(): Promise<void> {
    if (this.#isClosed) throw new ClosedError("The store is closed.");
    await undefined;
    if (this.#isClosed) return new Promise<never>(() => undefined);
    return this.store.compact();
  }

  override close(): Promise<void> {
    this.#isClosed = true;
    return this.store.close();
  }
}
