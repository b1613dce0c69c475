/**
 * A pool that starts one worker at a time: the next one when the last one has answered for the first time.
 *
 * Wrong: while that one is slow the tasks wait, though there may be more workers.
 */
import type { TaskOutcome } from "#platform/workers.ts";
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool, type Hand } from "./parts/crowd.ts";
import { SlotPool } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/all-workers-work",
  level: 5,
  misconception: "a second worker is started when the first is up",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new SlowStarter(options);
}

class SlowStarter extends CrowdPool {
  #answers = 0;

  protected override mayStart(): boolean {
    return super.mayStart() && (this.hands.size === 0 || this.#answers >= this.hands.size);
  }

  protected override answered(hand: Hand, outcome: TaskOutcome | undefined): void {
    this.#answers++;
    super.answered(hand, outcome);
  }
}
