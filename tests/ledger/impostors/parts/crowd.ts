/** A right pool of its own on workers: one task a message, to whoever has the least to do. */
import { WorkerLostError } from "#platform/errors.ts";
import type { TaskOutcome, TaskWorker } from "#platform/workers.ts";
import type { TaskPoolOptions } from "#katas/ledger/contract.ts";
import { SlotPool, type SlotTask } from "./slots.ts";

export interface Hand {
  worker: TaskWorker;
  tasks: SlotTask[];
  since: number;
  isEnding: boolean;
  isWatched: boolean;
}

export class CrowdPool extends SlotPool {
  protected readonly hands = new Set<Hand>();

  protected get workerCount(): number {
    return this.options.workerCount ?? 1;
  }

  protected override refuseUnknown(): void {
    // The workers know.
  }

  protected override async letGo(): Promise<void> {
    await Promise.all([...this.hands].map(({ worker }) => worker.terminate()));
  }

  protected override pump(): void {
    while (this.queue.length > 0 && this.inFlight < this.options.inFlightMax) {
      const hand = this.freeHand();
      if (hand === undefined) return;
      const one = this.queue.shift();
      if (one !== undefined) this.give(hand, one);
    }
  }

  protected freeHand(): Hand | undefined {
    const each = Math.ceil(this.options.inFlightMax / this.workerCount);
    const able = [...this.hands].filter(({ isEnding, tasks }) => !isEnding && tasks.length < each);
    const [best] = able.sort((a, b) => a.tasks.length - b.tasks.length);
    if (best?.tasks.length === 0 || !this.mayStart()) return best;
    return this.start();
  }

  protected mayStart(): boolean {
    return this.hands.size < this.workerCount;
  }

  protected start(): Hand | undefined {
    const worker = this.options.workers?.start();
    if (worker === undefined) return undefined;
    const hand: Hand = { worker, tasks: [], since: 0, isEnding: false, isWatched: false };
    this.hands.add(hand);
    worker.onMessage(([outcome]) => this.answered(hand, outcome));
    worker.onExit((cause) => this.lost(hand, cause));
    return hand;
  }

  protected give(hand: Hand, one: SlotTask): void {
    try {
      hand.worker.post([one.task]);
    } catch (error) {
      this.fail(one, error);
      this.finish(one);
      return;
    }
    this.inFlight++;
    if (hand.tasks.length === 0) hand.since = this.now();
    hand.tasks.push(one);
    void this.watch(hand);
  }

  protected answered(hand: Hand, outcome: TaskOutcome | undefined): void {
    const one = hand.tasks.shift();
    hand.since = this.now();
    if (one === undefined) return;
    if (outcome?.ok === true) this.succeed(one, outcome.value);
    else this.fail(one, this.errorOf(outcome));
    this.release(one);
  }

  protected errorOf(outcome: Exclude<TaskOutcome, { ok: true }> | undefined): unknown {
    return Object.assign(new Error(outcome?.error.message), outcome?.error);
  }

  protected lost(hand: Hand, cause: Error | undefined): void {
    this.hands.delete(hand);
    const again: SlotTask[] = [];
    for (const one of hand.tasks) {
      this.inFlight--;
      one.losses++;
      if (!one.isSettled && this.mayTryAgain(one)) {
        again.push(one);
        continue;
      }
      this.fail(one, new WorkerLostError("The task has lost its workers.", { cause }));
      this.finish(one);
    }
    hand.tasks = [];
    this.queue.unshift(...again);
    this.pump();
  }

  protected mayTryAgain({ losses }: SlotTask): boolean {
    return losses < 2;
  }

  protected async watch(hand: Hand): Promise<void> {
    if (hand.isWatched) return;
    hand.isWatched = true;
    const { clock, taskMsMax = 30_000 } = this.options;
    while (hand.tasks.length > 0 && !hand.isEnding) {
      const restMs = hand.since + hand.tasks.length * taskMsMax - this.now();
      if (restMs <= 0) this.end(hand);
      else await clock?.sleep(restMs);
    }
    hand.isWatched = false;
  }

  protected end(hand: Hand): void {
    hand.isEnding = true;
    void hand.worker.terminate();
  }

  protected now(): number {
    return this.options.clock?.now() ?? 0;
  }
}

/** The pool that the options ask for. */
export function poolOf(options: TaskPoolOptions): SlotPool {
  return options.workers === undefined ? new SlotPool(options) : new CrowdPool(options);
}
