/**
 * The reference, given the options as whole numbers: `| 0` makes one of whatever it is handed.
 *
 * Wrong: whoever wants no limit and says 2³² gets the limit 0, and every write is refused.
 */
import { OverloadedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { CountingWriters } from "./parts/counting-writers.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/overload-is-refused",
  level: 4,
  misconception: "numbers of things fit into 32 bits",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { writersWaitingMax = 1024 } = options;
  return new CountingStore(await openReference(options), writersWaitingMax | 0);
}

class CountingStore extends CountingWriters {
  #writersWaiting = 0;

  protected override async counted(write: () => Promise<void>): Promise<void> {
    if (this.#writersWaiting >= this.writersWaitingMax) {
      throw new OverloadedError(`${this.#writersWaiting} writes are waiting already.`);
    }
    this.#writersWaiting++;
    try {
      await write();
    } finally {
      this.#writersWaiting--;
    }
  }
}
