/**
 * A ledger that hands out the accounts with money in them.
 *
 * Wrong: an account that was opened is there, also with nothing in it. The judge knows it, the readers do not.
 */
import type { CommitValidator, CommitValidatorOptions, Metadata } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/accepted-transactions-take-effect",
  level: 1,
  misconception: "an account with nothing in it is as good as none",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new TidyBook(options);
}

class TidyBook extends Book {
  protected override metadata(): Metadata {
    const filled = [...this.accounts].filter(([, { balance }]) => balance !== 0);
    return { ...super.metadata(), accounts: new Map(filled) };
  }
}
