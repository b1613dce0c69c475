/**
 * A ledger that knows the ids of all entries, and lets a transaction happen twice that stands in one batch twice.
 *
 * Wrong: whoever put the batch together got the same message twice. One effect is all there is.
 */
import type { CommitValidator, CommitValidatorOptions, Outcome } from "#katas/ledger/contract.ts";
import { Book, type Draft, type SlowReason } from "./parts/book.ts";
import { payloadOf } from "./parts/page.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/one-effect-for-an-id",
  level: 4,
  misconception: "whoever writes a transaction twice into one batch wants it twice",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new LiteralBook(options);
}

class LiteralBook extends Book {
  protected override judgeOne(candidate: unknown, slow: SlowReason, draft: Draft): Outcome {
    const transaction = this.transactionOf(candidate);
    const before = transaction && draft.byId.get(transaction.id);
    if (before === undefined || payloadOf(before) !== payloadOf(transaction as typeof before))
      return super.judgeOne(candidate, slow, draft);
    draft.byId.delete(before.id);
    return super.judgeOne(candidate, slow, draft);
  }
}
