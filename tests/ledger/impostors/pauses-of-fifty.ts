/**
 * A ledger that waits fifty milliseconds after a lost race.
 *
 * Wrong: all who lost together come back together, and all but one lose again.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { heeding, Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/retries-are-spread",
  level: 2,
  misconception: "a pause is a pause, and fifty milliseconds are plenty",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new SteadyBook(options);
}

class SteadyBook extends Book {
  protected override tries(signal?: AbortSignal): Tries {
    return new Steady(super.tries(signal).options);
  }
}

class Steady extends Tries {
  override pause(): Promise<void> {
    const { clock, signal } = this.options;
    return heeding(clock.sleep(50), signal);
  }
}
