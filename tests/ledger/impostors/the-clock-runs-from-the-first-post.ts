/**
 * A pool that measures how long a worker has been at work since it was handed the first of its tasks.
 *
 * Wrong: a worker that answers one task after the other is never without, and is terminated for that.
 */
import type { TaskOutcome } from "#platform/workers.ts";
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool, type Hand } from "./parts/crowd.ts";
import { SlotPool } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/a-lost-worker-loses-no-task",
  level: 5,
  misconception: "a worker's time begins when it is given something to do",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new StopwatchPool(options);
}

class StopwatchPool extends CrowdPool {
  protected override answered(hand: Hand, outcome: TaskOutcome | undefined): void {
    const { since } = hand;
    const hadMore = hand.tasks.length > 1;
    super.answered(hand, outcome);
    if (hadMore) hand.since = since;
  }
}
