/**
 * A pool that counts one place for each worker and the length of its queue.
 *
 * Wrong: a worker may have several tasks, and inFlightMax says how many all of them may have.
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
  misconception: "as many tasks are in flight as there are workers",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new SeatedPool(options);
}

class SeatedPool extends CrowdPool {
  protected override refuseOverload(): void {
    if (this.unfinished.size >= this.workerCount + this.options.queueLengthMax)
      throw new OverloadedError("Too many tasks.");
  }
}
