/**
 * The reference with its compactions one behind the other, so that they do not wear out the disk.
 *
 * Wrong: the end of the queue is a module variable. Where the disk of one store does not answer, no
 * other store is ever compacted.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/only-the-disk-remembers",
  level: 1,
  misconception: "work in the background may wait for other work in the background",
} as const;

let last: Promise<unknown> = Promise.resolve();

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new ConsiderateStore(await openReference(options));
}

class ConsiderateStore extends PassOnStore {
  #closing: Promise<void> | undefined;

  override compact(): Promise<void> {
    if (this.#closing !== undefined) return this.store.compact();
    const turn = last.then(() => this.store.compact());
    last = turn.catch(() => undefined);
    return turn;
  }

  override close(): Promise<void> {
    return (this.#closing ??= this.store.close());
  }
}
