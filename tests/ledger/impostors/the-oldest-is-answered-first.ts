/**
 * A pool that gives what a worker answers to the task that has been under way for longest.
 *
 * Wrong: another worker has that one, and is slower.
 */
import type { TaskOutcome } from "#platform/workers.ts";
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool, type Hand } from "./parts/crowd.ts";
import { SlotPool, type SlotTask } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/threads-answer-alike",
  level: 5,
  misconception: "answers come back in the order in which tasks were sent",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new FileOrderPool(options);
}

class FileOrderPool extends CrowdPool {
  readonly #sent: SlotTask[] = [];

  protected override give(hand: Hand, one: SlotTask): void {
    super.give(hand, one);
    if (hand.tasks.includes(one)) this.#sent.push(one);
  }

  protected override answered(hand: Hand, outcome: TaskOutcome | undefined): void {
    const own = hand.tasks[0];
    const oldest = this.#sent.shift();
    if (own !== undefined && oldest !== undefined && own !== oldest) {
      const keeper = [...this.hands].find(({ tasks }) => tasks.includes(oldest));
      if (keeper !== undefined) {
        keeper.tasks[keeper.tasks.indexOf(oldest)] = own;
        hand.tasks[0] = oldest;
      }
    }
    super.answered(hand, outcome);
  }

  protected override lost(hand: Hand, cause: Error | undefined): void {
    for (const one of hand.tasks) this.#sent.splice(this.#sent.indexOf(one), 1);
    super.lost(hand, cause);
  }
}
