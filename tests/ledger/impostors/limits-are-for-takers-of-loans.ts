/**
 * A ledger that looks at the lower limit of whoever gives, and at nothing on the other side.
 *
 * Wrong: beyond 2 to the power of 53 sums are rounded, and cents disappear without a trace.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Transaction,
} from "#katas/ledger/contract.ts";
import { type Accounts, Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/balances-keep-their-limits",
  level: 1,
  misconception: "whole cents cannot grow beyond what a number holds",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new EndlessBook(options);
}

class EndlessBook extends Book {
  protected override reasonAgainst(
    transaction: Transaction,
    accounts: Accounts,
  ): string | undefined {
    const reason = super.reasonAgainst(transaction, accounts);
    return reason === "OVERFLOW" ? undefined : reason;
  }
}
