/**
 * A ledger that knows one exception, and treats every other policy as the rule.
 *
 * Wrong: a policy that nobody has heard of is a mistake of the caller, and is carried out.
 */
import type { CommitValidator, CommitValidatorOptions, Batch } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/bad-arguments-are-refused",
  level: 1,
  misconception: "what is not valid-only is all-or-nothing",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new TrustingBook(options);
}

class TrustingBook extends Book {
  protected override refuseBatch(batch: Batch): void {
    super.refuseBatch({ ...batch, policy: "all-or-nothing" });
  }
}
