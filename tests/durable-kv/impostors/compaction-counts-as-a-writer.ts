/**
 * The reference with a counter of waiting writers in front of it that counts a compaction too.
 *
 * Wrong: while a compaction runs one writer less is accepted than was promised. With a limit in the
 * thousands nobody ever misses the place.
 */
import { OverloadedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { CountingWriters } from "./parts/counting-writers.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/overload-is-refused",
  level: 4,
  misconception: "whoever writes to the disk is a writer",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { writersWaitingMax = 1024 } = options;
  return new CountingStore(await openReference(options), writersWaitingMax);
}

class CountingStore extends CountingWriters {
  #waiting = 0;

  override compact(): Promise<void> {
    return this.#waitingFor(() => this.store.compact());
  }

  protected override async counted(write: () => Promise<void>): Promise<void> {
    if (this.#waiting >= this.writersWaitingMax)
      throw new OverloadedError(`${this.writersWaitingMax} writes are waiting already.`);
    await this.#waitingFor(write);
  }

  async #waitingFor(call: () => Promise<void>): Promise<void> {
    this.#waiting++;
    try {
      await call();
    } finally {
      this.#waiting--;
    }
  }
}
