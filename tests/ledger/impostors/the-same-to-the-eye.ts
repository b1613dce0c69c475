/**
 * A ledger that writes names of accounts in one way where Unicode knows several.
 *
 * Wrong: two names that look alike are two names. The second account cannot be opened.
 */
import type {
  Transaction,
  CommitValidator,
  CommitValidatorOptions,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/accepted-transactions-take-effect",
  level: 1,
  misconception: "what looks the same is the same",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new TidyBook(options);
}

class TidyBook extends Book {
  protected override transactionOf(candidate: unknown): Transaction | undefined {
    const transaction = super.transactionOf(candidate);
    if (transaction === undefined) return undefined;
    if (transaction.kind === "open")
      return { ...transaction, account: transaction.account.normalize() };
    const { from, to } = transaction;
    return { ...transaction, from: from.normalize(), to: to.normalize() };
  }
}
