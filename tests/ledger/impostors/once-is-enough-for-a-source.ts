/**
 * A ledger that quarantines whatever a source holds for the second time.
 *
 * Wrong: it has happened already, and nothing is wrong with it. Whoever looks into the quarantine finds a payment
 * that was made.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book, type Draft, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/poison-is-quarantined",
  level: 6,
  misconception: "what is not accepted is quarantined",
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
    const before = draft.accepted.length;
    const reason = super.quarantineReason(candidate, slow, draft);
    return reason ?? (draft.accepted.length === before ? "ID_CONFLICT" : undefined);
  }
}
