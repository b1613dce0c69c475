/**
 * A pool that gives up a task with its first worker.
 *
 * Wrong: most workers die of something else, and the task would have been fine with another.
 */
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/a-lost-worker-loses-no-task",
  level: 5,
  misconception: "a task whose worker has died has killed it",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new SternPool(options);
}

class SternPool extends CrowdPool {
  protected override mayTryAgain(): boolean {
    return false;
  }
}
