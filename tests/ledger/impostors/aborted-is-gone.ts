/**
 * A pool that gives the slot of an aborted task to the next one at once.
 *
 * Wrong: its handler goes on until it ends, and only whoever is refused or drained knows. With enough callers who
 * lose their patience any number run at once.
 */
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool, type SlotTask } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/never-more-in-flight",
  level: 3,
  misconception: "a task that was called off is over",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new ImpatientPool(options) : new CrowdPool(options);
}

class ImpatientPool extends SlotPool {
  readonly #gone = new Set<SlotTask>();

  protected override abort(one: SlotTask): void {
    const wasWaiting = this.queue.includes(one);
    super.abort(one);
    if (wasWaiting || !this.unfinished.has(one)) return;
    this.#gone.add(one);
    this.inFlight--;
    this.pump();
  }

  protected override release(one: SlotTask): void {
    if (this.#gone.delete(one)) this.inFlight++;
    super.release(one);
  }
}
