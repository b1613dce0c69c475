/**
 * A pool that hands a task to a third worker when two have died with it.
 *
 * Wrong: two is the limit. A task that kills takes one more worker, and its caller waits for longer.
 */
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool, type SlotTask } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/a-lost-worker-loses-no-task",
  level: 5,
  misconception: "to begin once more and once more again are the same",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new HopefulPool(options);
}

class HopefulPool extends CrowdPool {
  protected override mayTryAgain({ losses }: SlotTask): boolean {
    return losses <= 2;
  }
}
