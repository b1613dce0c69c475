/**
 * A ledger that looks whether it was called off whenever it is about to do something.
 *
 * Wrong: a commit that pauses is told only when the pause is over.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/an-aborted-commit-ends",
  level: 2,
  misconception: "it is enough to look at the signal before each put",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new SleepyBook(options);
}

class SleepyBook extends Book {
  protected override tries(signal?: AbortSignal): Tries {
    return new Sleepy(super.tries(signal).options);
  }
}

class Sleepy extends Tries {
  override async pause(): Promise<void> {
    const { clock, random } = this.options;
    await clock.sleep(1 + random.below(16 * 2 ** Math.min(8, this.failures)));
  }
}
