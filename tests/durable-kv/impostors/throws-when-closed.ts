/**
 * The reference behind a door that looks at once whether the store is closed.
 *
 * Wrong: the look is outside any promise, so a put or a delete after close throws where it must reject.
 * Whoever awaits the call sees no difference; whoever keeps the promise and catches it later does.
 */
import { ClosedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/closed-means-closed",
  level: 1,
  misconception: "whoever awaits a call cannot tell throwing from rejecting",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new GuardedStore(await openReference(options));
}

class GuardedStore extends PassOnStore {
  #isClosed = false;

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    this.#refuseIfClosed();
    return this.store.put(key, value);
  }

  override delete(key: Uint8Array): Promise<void> {
    this.#refuseIfClosed();
    return this.store.delete(key);
  }

  override close(): Promise<void> {
    this.#isClosed = true;
    return this.store.close();
  }

  #refuseIfClosed(): void {
    if (this.#isClosed) throw new ClosedError("The store is closed.");
  }
}
