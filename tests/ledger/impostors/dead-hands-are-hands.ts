/**
 * A pool that finds out that a worker has died while it had no task when it has one for it.
 *
 * Wrong: the task, which no worker has ever had, is told that it was lost.
 */
import { WorkerLostError } from "#platform/errors.ts";
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool, type Hand } from "./parts/crowd.ts";
import { SlotPool, type SlotTask } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/a-lost-worker-loses-no-task",
  level: 5,
  misconception: "a worker dies of what it does",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new MournfulPool(options);
}

class MournfulPool extends CrowdPool {
  readonly #dead = new Set<Hand>();

  protected override lost(hand: Hand, cause: Error | undefined): void {
    if (hand.tasks.length > 0 || hand.isEnding) super.lost(hand, cause);
    else this.#dead.add(hand);
  }

  protected override give(hand: Hand, one: SlotTask): void {
    if (!this.#dead.delete(hand)) return super.give(hand, one);
    this.hands.delete(hand);
    this.fail(one, new WorkerLostError("Its worker is dead."));
    this.finish(one);
  }
}
