/**
 * A pool that counts tasks where they are handed to a worker.
 *
 * Wrong: a task whose worker was lost is handed over again, and is one task nevertheless.
 */
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool, type Hand } from "./parts/crowd.ts";
import { SlotPool, type SlotTask } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/counts-add-up",
  level: 5,
  misconception: "every task that is handed to a worker is one more task",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new CountingPool(options);
}

class CountingPool extends CrowdPool {
  protected override give(hand: Hand, one: SlotTask): void {
    if (one.losses > 0) this.told.submitted++;
    super.give(hand, one);
  }
}
