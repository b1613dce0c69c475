/**
 * A ledger that tells the errors of rules from those of the ledger by their code.
 *
 * Wrong: a task that kills its workers fails with a code, too, and is as poisonous as any.
 */
import { errorCode } from "#platform/errors.ts";
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book, type Draft, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/poison-is-quarantined",
  level: 6,
  misconception: "an error with a code comes from below and is none of a rule",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new SortingBook(options);
}

class SortingBook extends Book {
  protected override quarantineReason(
    candidate: unknown,
    slow: (() => SlowReason) | undefined,
    draft: Draft,
  ): string | undefined {
    try {
      slow?.();
    } catch (error) {
      if (errorCode(error) !== undefined) throw error;
    }
    return super.quarantineReason(candidate, slow, draft);
  }
}
