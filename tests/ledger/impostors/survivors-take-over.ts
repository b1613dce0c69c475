/**
 * A pool that hands the tasks of a worker that has died to one that is alive, whatever that one has to do.
 *
 * Wrong: the place of each of them was taken by one that waited; with them more are in flight than may be.
 */
import { WorkerLostError } from "#platform/errors.ts";
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool, type Hand } from "./parts/crowd.ts";
import { SlotPool, type SlotTask } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/never-more-in-flight",
  level: 3,
  misconception: "a task that has been accepted for work has its slot already",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new HelpfulPool(options);
}

class HelpfulPool extends CrowdPool {
  protected override lost(hand: Hand, cause: Error | undefined): void {
    this.hands.delete(hand);
    const again: SlotTask[] = [];
    for (const one of hand.tasks.splice(0)) {
      this.inFlight--;
      one.losses++;
      if (!one.isSettled && this.mayTryAgain(one)) {
        again.push(one);
        continue;
      }
      this.fail(one, new WorkerLostError("The task has lost its workers.", { cause }));
      this.finish(one);
    }
    // Those that wait go on with the slots that are free; then the lost ones begin once more.
    this.pump();
    for (const one of again) {
      const helper = this.#helper();
      if (helper === undefined) this.queue.unshift(one);
      else this.give(helper, one);
    }
  }

  /** Whoever has the least to do, or somebody new. */
  #helper(): Hand | undefined {
    const able = [...this.hands].filter(({ isEnding }) => !isEnding);
    const [best] = able.sort((a, b) => a.tasks.length - b.tasks.length);
    return this.mayStart() ? this.start() : best;
  }
}
