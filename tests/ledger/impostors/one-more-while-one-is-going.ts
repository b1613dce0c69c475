/**
 * A pool that starts a new worker as soon as it has told a hanging one to end.
 *
 * Wrong: until that one is gone there is one more alive than there may be.
 */
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool, type Hand } from "./parts/crowd.ts";
import { SlotPool } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/all-workers-work",
  level: 5,
  misconception: "a worker that was told to end is no worker any more",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new EagerPool(options);
}

class EagerPool extends CrowdPool {
  protected override mayStart(): boolean {
    const staying = [...this.hands].filter(({ isEnding }) => !isEnding);
    return staying.length < this.workerCount;
  }

  protected override end(hand: Hand): void {
    super.end(hand);
    this.pump();
  }
}
