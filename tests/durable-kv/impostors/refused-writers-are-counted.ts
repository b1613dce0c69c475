/**
 * The reference with a counter of waiting writers in front of it.
 *
 * Wrong: a writer is counted before it is refused, and a refused one is never taken off again. After
 * enough refusals every write is refused, for ever, on an idle store.
 */
import { OverloadedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { CountingWriters } from "./parts/counting-writers.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/overload-is-refused",
  level: 4,
  misconception: "whoever was counted in will be counted out",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { writersWaitingMax = 1024 } = options;
  return new CountingStore(await openReference(options), writersWaitingMax);
}

class CountingStore extends CountingWriters {
  #writersWaiting = 0;

  protected override async counted(write: () => Promise<void>): Promise<void> {
    this.#writersWaiting++;
    if (this.#writersWaiting > this.writersWaitingMax) {
      throw new OverloadedError(`${this.writersWaitingMax} writes are waiting already.`);
    }
    try {
      await write();
    } finally {
      this.#writersWaiting--;
    }
  }
}
