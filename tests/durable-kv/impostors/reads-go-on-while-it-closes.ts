/**
 * The reference, where close turns writers away at once and everybody else when it is done.
 *
 * Wrong: while close waits for a write, a get is answered as if nobody had called close.
 */
import { ClosedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/every-call-is-answered",
  level: 3,
  misconception: "a store is closed when close has been answered",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new LingeringStore(await openReference(options));
}

class LingeringStore extends PassOnStore {
  #writing: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.#unlessClosing(() => this.store.put(key, value));
  }

  override delete(key: Uint8Array): Promise<void> {
    return this.#unlessClosing(() => this.store.delete(key));
  }

  override close(): Promise<void> {
    this.#closing ??= this.#writing.then(() => this.store.close());
    return this.#closing;
  }

  async #unlessClosing(write: () => Promise<void>): Promise<void> {
    if (this.#closing !== undefined) throw new ClosedError("The store is closed.");
    const written = write();
    this.#writing = Promise.allSettled([this.#writing, written]);
    return written;
  }
}
