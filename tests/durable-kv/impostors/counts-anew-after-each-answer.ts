/**
 * The reference with a counter of waiting writers in front of it.
 *
 * Wrong: when a write is answered the counter is set to nought, as the batch is through. The writers who
 * came while it was under way still wait, and are counted no more: the limit lets in twice as many.
 */
import { OverloadedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { CountingWriters } from "./parts/counting-writers.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/overload-is-refused",
  level: 4,
  misconception: "an answer means that nobody waits",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { writersWaitingMax = 1024 } = options;
  // Twice as many get through the door; whoever knocks there must not meet a second limit.
  const unlimited =
    Number.isSafeInteger(writersWaitingMax) && writersWaitingMax >= 1
      ? { ...options, writersWaitingMax: 2 * writersWaitingMax }
      : options;
  return new CountingStore(await openReference(unlimited), writersWaitingMax);
}

class CountingStore extends CountingWriters {
  #writersWaiting = 0;

  protected override async counted(write: () => Promise<void>): Promise<void> {
    if (this.#writersWaiting >= this.writersWaitingMax)
      throw new OverloadedError(`${this.writersWaitingMax} writes are waiting already.`);
    this.#writersWaiting++;
    try {
      await write();
    } finally {
      this.#writersWaiting = 0;
    }
  }
}
