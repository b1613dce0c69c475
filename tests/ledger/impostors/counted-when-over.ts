/**
 * A pool that counts where slots become free.
 *
 * Wrong: a task that was called off in flight has been answered, and is in no count until its handler ends.
 */
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool, type SlotTask } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/counts-add-up",
  level: 5,
  misconception: "a task has ended when its handler has",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new LateCount(options) : new CrowdPool(options);
}

class LateCount extends SlotPool {
  protected override abort(one: SlotTask): void {
    super.abort(one);
    if (this.unfinished.has(one)) this.told.failed--;
  }

  protected override finish(one: SlotTask): void {
    if (one.signal?.aborted === true && this.unfinished.has(one) && !this.queue.includes(one))
      this.told.failed++;
    super.finish(one);
  }
}
