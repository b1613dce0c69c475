/**
 * A pool that listens to the signal of a task until its worker is lost.
 *
 * Wrong: whoever calls off a task that is carried out again is told what it has come to.
 */
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool, type SlotTask } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/threads-answer-alike",
  level: 5,
  misconception: "a task that has lost a worker has waited long enough to be carried out",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new StubbornPool(options);
}

class StubbornPool extends CrowdPool {
  protected override mayTryAgain(one: SlotTask): boolean {
    one.stopListening();
    return super.mayTryAgain(one);
  }
}
