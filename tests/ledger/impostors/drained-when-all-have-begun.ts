/**
 * A pool whose drain watches the queue.
 *
 * Wrong: what has left the queue is in flight, and not answered.
 */
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/every-task-settles-once",
  level: 3,
  misconception: "with an empty queue there is nothing left to wait for",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new HastyPool(options) : new CrowdPool(options);
}

class HastyPool extends SlotPool {
  override async drain(): Promise<void> {
    if (this.queue.length > 0) await super.drain();
  }

  override close(): Promise<void> {
    this.isClosed = true;
    return super.drain();
  }
}
