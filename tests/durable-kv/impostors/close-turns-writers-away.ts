/**
 * The reference with a close that does not let its callers wait.
 *
 * Wrong: writes that were called before close and are still on their way are rejected with CLOSED, and
 * carried out nevertheless. A caller who is told CLOSED may rely on nothing having happened.
 */
import { ClosedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/every-call-is-answered",
  level: 3,
  misconception: "close ends everything that is still going on",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new BriskStore(await openReference(options));
}

class BriskStore extends PassOnStore {
  #turnAway = new AbortController();

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.#unlessClosed(this.store.put(key, value));
  }

  override delete(key: Uint8Array): Promise<void> {
    return this.#unlessClosed(this.store.delete(key));
  }

  override close(): Promise<void> {
    this.#turnAway.abort();
    return this.store.close();
  }

  #unlessClosed(done: Promise<void>): Promise<void> {
    const { signal } = this.#turnAway;
    return new Promise((resolve, reject) => {
      const turnAway = (): void => {
        reject(new ClosedError("The store was closed."));
      };
      signal.addEventListener("abort", turnAway);
      done.then(resolve, reject).finally(() => {
        signal.removeEventListener("abort", turnAway);
      });
    });
  }
}
