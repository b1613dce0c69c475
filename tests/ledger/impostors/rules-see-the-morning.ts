/**
 * A ledger that shows rules the accounts as they were read.
 *
 * Wrong: a rule is to see what the accepted ones before it in its batch have done. Two transfers that are fine
 * one by one pass it together.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Transaction,
} from "#katas/ledger/contract.ts";
import { Book, Draft } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/rules-are-asked",
  level: 1,
  misconception: "a rule looks at the ledger and a batch is not in it yet",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new MorningBook(options);
}

class MorningBook extends Book {
  protected override askRules(transaction: Transaction): string | undefined {
    return super.askRules(transaction, new Draft(this.accounts));
  }
}
