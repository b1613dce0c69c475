/**
 * A pool that tells its workers to end when it is closed, and does not wait for them.
 *
 * Wrong: they are alive when close resolves.
 */
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/no-worker-is-left",
  level: 5,
  misconception: "a worker that was told to end has ended",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new BrisquePool(options);
}

class BrisquePool extends CrowdPool {
  protected override async letGo(): Promise<void> {
    for (const { worker } of this.hands) void worker.terminate();
  }
}
