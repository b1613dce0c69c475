/**
 * A pool whose close looks for tasks that have not been answered.
 *
 * Wrong: one that was called off is answered, and its handler goes on.
 */
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/every-task-settles-once",
  level: 3,
  misconception: "what has been answered has ended",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new EarlyPool(options) : new CrowdPool(options);
}

class EarlyPool extends SlotPool {
  override close(): Promise<void> {
    this.isClosed = true;
    const isAnswered = [...this.unfinished].every(({ isSettled }) => isSettled);
    return isAnswered ? Promise.resolve() : super.close();
  }
}
