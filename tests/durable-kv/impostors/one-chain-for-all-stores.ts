/**
 * The reference with its writes chained one behind the other, which keeps them in order.
 *
 * Wrong: the end of the chain is a module variable, so all stores of a process share it. A store whose
 * disk does not answer holds up the writes of every other one, even of those opened later.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 2;
export const impostor = {
  promise: "durable-kv/only-the-disk-remembers",
  level: 1,
  misconception: "a process has one store",
} as const;

let last: Promise<unknown> = Promise.resolve();

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new ChainedStore(await openReference(options));
}

class ChainedStore extends PassOnStore {
  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return chained(() => this.store.put(key, value));
  }

  override delete(key: Uint8Array): Promise<void> {
    return chained(() => this.store.delete(key));
  }
}

function chained(write: () => Promise<void>): Promise<void> {
  const turn = last.then(write);
  last = turn.catch(() => undefined);
  return turn;
}
