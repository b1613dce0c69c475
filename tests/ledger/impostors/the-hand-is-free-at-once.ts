/**
 * A pool that gives a worker its next task as soon as the one it has was called off.
 *
 * Wrong: the worker knows nothing of it and will answer. The next task is told what the last one has come to.
 */
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool, type SlotTask } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/threads-answer-alike",
  level: 5,
  misconception: "a task that was called off is not answered any more",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new EagerPool(options);
}

class EagerPool extends CrowdPool {
  protected override abort(one: SlotTask): void {
    super.abort(one);
    for (const hand of this.hands) {
      const at = hand.tasks.indexOf(one);
      if (at < 0) continue;
      hand.tasks.splice(at, 1);
      this.release(one);
    }
  }
}
