/**
 * A pool that gives a worker the time of one task, however many it has been handed in one message.
 *
 * Wrong: it is at the second of them, and on time with both. It is terminated, and its tasks with it.
 */
import { errorCode } from "#platform/errors.ts";
import type { TaskOutcome } from "#platform/workers.ts";
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool, type Hand } from "./parts/crowd.ts";
import { SlotPool, type SlotTask } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/a-lost-worker-loses-no-task",
  level: 5,
  misconception: "a worker that has said nothing for the time of one task hangs",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new HastyPool(options);
}

class HastyPool extends CrowdPool {
  /** As many as a worker may have at a time, in one message, to one that has none. */
  protected override pump(): void {
    const each = Math.ceil(this.options.inFlightMax / this.workerCount);
    while (this.queue.length > 0 && this.inFlight < this.options.inFlightMax) {
      const hand = this.freeHand();
      if (hand === undefined || hand.tasks.length > 0) return;
      const share = Math.ceil(this.queue.length / this.workerCount);
      const room = Math.min(each, share, this.options.inFlightMax - this.inFlight);
      this.#handOver(hand, this.queue.splice(0, room));
    }
  }

  #handOver(hand: Hand, ones: SlotTask[]): void {
    try {
      hand.worker.post(ones.map(({ task }) => task));
    } catch (error) {
      if (errorCode(error) !== "NOT_CLONEABLE") throw error;
      if (ones.length > 1) return ones.forEach((one) => this.give(hand, one));
      ones.forEach((one) => {
        this.fail(one, error);
        this.finish(one);
      });
      return;
    }
    this.inFlight += ones.length;
    hand.since = this.now();
    hand.tasks.push(...ones);
    void this.watch(hand);
  }

  protected override start(): Hand | undefined {
    const hand = super.start();
    hand?.worker.onMessage((outcomes) => this.#answeredAll(hand, outcomes));
    return hand;
  }

  #answeredAll(hand: Hand, outcomes: readonly TaskOutcome[]): void {
    hand.since = this.now();
    for (const [one, outcome] of hand.tasks
      .splice(0, outcomes.length)
      .map((task, at) => [task, outcomes[at]] as const)) {
      if (outcome?.ok === true) this.succeed(one, outcome.value);
      else this.fail(one, this.errorOf(outcome));
      this.inFlight--;
      this.finish(one);
    }
    this.pump();
  }

  protected override async watch(hand: Hand): Promise<void> {
    if (hand.isWatched) return;
    hand.isWatched = true;
    const { clock, taskMsMax = 30_000 } = this.options;
    while (hand.tasks.length > 0 && !hand.isEnding) {
      const restMs = hand.since + taskMsMax - this.now();
      if (restMs <= 0) this.end(hand);
      else await clock?.sleep(restMs);
    }
    hand.isWatched = false;
  }
}
