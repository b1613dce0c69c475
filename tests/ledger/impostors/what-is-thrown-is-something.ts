/**
 * A pool that knows by the error whether a handler has failed.
 *
 * Wrong: a handler may throw undefined, and then its task has succeeded.
 */
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool, type SlotTask } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/every-task-settles-once",
  level: 3,
  misconception: "without an error nothing has gone wrong",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new TrustingPool(options) : new CrowdPool(options);
}

class TrustingPool extends SlotPool {
  protected override fail(one: SlotTask, error: unknown): void {
    if (error === undefined) this.succeed(one, undefined);
    else super.fail(one, error);
  }
}
