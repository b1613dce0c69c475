/**
 * The reference with a guard in front of it that is no async function, so that refusing costs nothing.
 *
 * Wrong: it throws. Whoever handles rejections only is thrown off course by the first one.
 */
import { OverloadedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { CountingWriters } from "./parts/counting-writers.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/overload-is-refused",
  level: 4,
  misconception: "an error is an error, however it arrives",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { writersWaitingMax = 1024 } = options;
  return new CountingStore(await openReference(options), writersWaitingMax);
}

class CountingStore extends CountingWriters {
  #writersWaiting = 0;

  protected override counted(write: () => Promise<void>): Promise<void> {
    if (this.#writersWaiting >= this.writersWaitingMax) {
      throw new OverloadedError(`${this.#writersWaiting} writes are waiting already.`);
    }
    this.#writersWaiting++;
    return write().finally(() => this.#writersWaiting--);
  }
}
