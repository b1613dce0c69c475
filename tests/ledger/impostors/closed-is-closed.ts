/**
 * A pool that answers the second close at once, as twice is no error.
 *
 * Wrong: the first one is still at work. Whoever has called the second believes that nothing is in flight.
 */
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/every-task-settles-once",
  level: 3,
  misconception: "what is closed already needs no closing",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new BriefPool(options) : new CrowdPool(options);
}

class BriefPool extends SlotPool {
  override close(): Promise<void> {
    return this.isClosed ? Promise.resolve() : super.close();
  }
}
