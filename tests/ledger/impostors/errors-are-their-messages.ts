/**
 * A pool that makes errors of the messages that come from its workers.
 *
 * Wrong: whoever called decides by the code, and it is gone.
 */
import type { TaskOutcome } from "#platform/workers.ts";
import type { TaskPool, TaskPoolOptions } from "#katas/ledger/contract.ts";
import { CrowdPool } from "./parts/crowd.ts";
import { SlotPool } from "./parts/slots.ts";

export { createCommitValidator, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/threads-answer-alike",
  level: 5,
  misconception: "an error is a text for people to read",
} as const;

export function createTaskPool(options: TaskPoolOptions): TaskPool {
  return options.workers === undefined ? new SlotPool(options) : new TersePool(options);
}

class TersePool extends CrowdPool {
  protected override errorOf(outcome: Exclude<TaskOutcome, { ok: true }> | undefined): unknown {
    return new Error(outcome?.error.message);
  }
}
