/**
 * A ledger that ends processing with the error of a rule.
 *
 * Wrong: the same transaction is met again at every restart, and nothing behind it is ever committed.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book, type Draft, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/poison-is-quarantined",
  level: 6,
  misconception: "an error that nobody expected must not be passed over",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new StrictBook(options);
}

class StrictBook extends Book {
  protected override quarantineReason(
    candidate: unknown,
    slow: (() => SlowReason) | undefined,
    draft: Draft,
  ): string | undefined {
    const outcome = this.judgeOne(candidate, slow?.(), draft);
    return outcome.status === "rejected" ? outcome.reason : undefined;
  }
}
