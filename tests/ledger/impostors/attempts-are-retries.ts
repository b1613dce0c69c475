/**
 * A ledger that counts how often it tries again.
 *
 * Wrong: attemptsMax is how often a batch is put. This one is put once more than that.
 */
import { errorCode } from "#platform/errors.ts";
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/a-lost-race-is-run-again",
  level: 2,
  misconception: "the first try is not an attempt, only those after it are",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new StubbornBook(options);
}

class StubbornBook extends Book {
  protected override tries(signal?: AbortSignal): Tries {
    return new OneMore(super.tries(signal).options);
  }
}

class OneMore extends Tries {
  #races = 0;

  override failed(error: unknown): void {
    if (errorCode(error) === "CONFLICT" && ++this.#races === this.options.attemptsMax) return;
    super.failed(error);
  }
}
