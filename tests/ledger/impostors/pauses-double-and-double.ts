/**
 * A ledger whose pauses double with each race that is lost, at random.
 *
 * Wrong: nothing bounds them. Whoever has lost a dozen races sleeps for minutes.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { heeding, Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/retries-are-spread",
  level: 2,
  misconception: "exponential means that it goes on like that",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new SleepyBook(options);
}

class SleepyBook extends Book {
  protected override tries(signal?: AbortSignal): Tries {
    return new Doubling(super.tries(signal).options);
  }
}

class Doubling extends Tries {
  override pause(): Promise<void> {
    const { clock, random, signal } = this.options;
    return heeding(clock.sleep((1 + random.next()) * 16 * 2 ** this.failures), signal);
  }
}
