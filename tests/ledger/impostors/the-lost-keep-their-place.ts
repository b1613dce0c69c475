/**
 * A pool that forgets to give back the place of a task when it gives the task up.
 *
 * Wrong: with every task that was lost twice there is room for one less, until the pool refuses everything.
 */
import { OverloadedError, WorkerLostError } from "#platform/errors.ts";
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool, type SlotTask } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/overload-is-refused",
  level: 3,
  misconception: "places are given back by those who answer",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new ForgetfulPool(options);
}

class ForgetfulPool extends CrowdPool {
  #givenUp = 0;

  protected override refuseOverload(): void {
    const { inFlightMax, queueLengthMax } = this.options;
    if (this.unfinished.size + this.#givenUp >= inFlightMax + queueLengthMax)
      throw new OverloadedError("Too many tasks.");
  }

  protected override fail(one: SlotTask, error: unknown): void {
    if (error instanceof WorkerLostError) this.#givenUp++;
    super.fail(one, error);
  }
}
