/**
 * A ledger in which all-or-nothing has to be asked for.
 *
 * Wrong: without a policy a batch is whole or nothing. Here the accepted part of it happens.
 */
import type { CommitValidator, CommitValidatorOptions, Batch } from "#katas/ledger/contract.ts";
import { Book, type BookPlan, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/batches-are-atomic",
  level: 1,
  misconception: "a batch without a policy keeps what is right about it",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new GenerousBook(options);
}

class GenerousBook extends Book {
  protected override judge(batch: Batch, slow: readonly SlowReason[]): BookPlan {
    return super.judge({ policy: "valid-only", ...batch }, slow);
  }
}
