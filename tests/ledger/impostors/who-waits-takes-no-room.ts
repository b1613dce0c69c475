/**
 * A pool that looks at the tasks in flight when it decides whether there is room.
 *
 * Wrong: those that wait are never counted, so that any number of them may.
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
  misconception: "a task that only waits costs nothing",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new GenerousPool(options) : new CrowdPool(options);
}

class GenerousPool extends SlotPool {
  protected override refuseOverload(): void {
    const { inFlightMax, queueLengthMax } = this.options;
    if (this.inFlight >= inFlightMax + queueLengthMax) throw new OverloadedError("Too many tasks.");
  }
}
