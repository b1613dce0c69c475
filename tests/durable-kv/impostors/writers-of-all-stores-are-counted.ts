/**
 * The reference with a counter of waiting writers in front of it, which lives in the module.
 *
 * Wrong: all stores of the process share it. Where the disk of one of them is slow, the others refuse.
 */
import { OverloadedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { CountingWriters } from "./parts/counting-writers.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/only-the-disk-remembers",
  level: 1,
  misconception: "a process has as many writers as it has",
} as const;

let writersWaiting = 0;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { writersWaitingMax = 1024 } = options;
  return new CountingStore(await openReference(options), writersWaitingMax);
}

class CountingStore extends CountingWriters {
  protected override async counted(write: () => Promise<void>): Promise<void> {
    if (writersWaiting >= this.writersWaitingMax) {
      throw new OverloadedError(`${writersWaiting} writes are waiting already.`);
    }
    writersWaiting++;
    try {
      await write();
    } finally {
      writersWaiting--;
    }
  }
}
