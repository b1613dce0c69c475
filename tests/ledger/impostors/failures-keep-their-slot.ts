/**
 * A pool that frees the slot when the promise of a handler has ended.
 *
 * Wrong: a handler that throws before it has returned a promise never gets there. Each such task leaves one slot
 * less, until nothing runs any more.
 */
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool, type SlotTask } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/no-slot-is-lost",
  level: 3,
  misconception: "a handler that cannot even begin has taken no slot",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new LeakyPool(options) : new CrowdPool(options);
}

class LeakyPool extends SlotPool {
  protected override async run(one: SlotTask): Promise<void> {
    const { task, signal } = one;
    const handler = this.options.handlers?.[task.kind];
    let ending: unknown;
    try {
      ending = handler?.(task.input, signal === undefined ? {} : { signal });
    } catch (error) {
      this.fail(one, error);
      this.finish(one);
      return;
    }
    try {
      this.succeed(one, await ending);
    } catch (error) {
      this.fail(one, error);
    }
    this.release(one);
  }
}
