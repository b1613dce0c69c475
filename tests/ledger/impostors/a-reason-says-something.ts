/**
 * A ledger that takes the answer of a rule for an objection if there is something in it.
 *
 * Wrong: the empty text is a text, and undefined is the only answer that allows a transaction.
 */
import type {
  Transaction,
  CommitValidator,
  CommitValidatorOptions,
} from "#katas/ledger/contract.ts";
import { Book, type Draft } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/rules-are-asked",
  level: 1,
  misconception: "whoever objects says why",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new TalkativeBook(options);
}

class TalkativeBook extends Book {
  protected override askRules(transaction: Transaction, { accounts }: Draft): string | undefined {
    for (const rule of this.options.rules) {
      const reason = rule.check(transaction, accounts);
      if (reason) return reason;
    }
    return undefined;
  }
}
