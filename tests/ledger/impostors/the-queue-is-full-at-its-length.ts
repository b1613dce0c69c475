/**
 * A pool that counts everybody it has, those in flight as well, against the length of its queue.
 *
 * Wrong: in flight and waiting are two limits, and both are to be used up.
 */
import { OverloadedError } from "#platform/errors.ts";
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/overload-is-refused",
  level: 3,
  misconception: "the limit of the queue is the limit of the pool",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new NarrowPool(options) : new CrowdPool(options);
}

class NarrowPool extends SlotPool {
  protected override refuseOverload(): void {
    const { inFlightMax, queueLengthMax } = this.options;
    if (this.unfinished.size >= Math.max(inFlightMax, queueLengthMax))
      throw new OverloadedError("Too many tasks.");
  }
}
