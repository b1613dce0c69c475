/**
 * A ledger that keeps its balances in units with two decimals, as people read them.
 *
 * Wrong: 0.1 and 0.2 are not 0.3. A cent is missing somewhere, or a little less than a cent.
 */
import type {
  Account,
  CommitValidator,
  CommitValidatorOptions,
  Transaction,
} from "#katas/ledger/contract.ts";
import { type Accounts, Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/accepted-transactions-take-effect",
  level: 1,
  misconception: "a hundred cents are one, and a number can say that",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new DecimalBook(options);
}

class DecimalBook extends Book {
  protected override happen(transaction: Transaction, accounts: Accounts): void {
    if (transaction.kind === "open") {
      super.happen(transaction, accounts);
      return;
    }
    const { from, to, cents } = transaction;
    for (const [name, units] of [
      [from, -cents / 100],
      [to, cents / 100],
    ] as const) {
      const account = accounts.get(name) as Account;
      accounts.set(name, { ...account, balance: (account.balance / 100 + units) * 100 });
    }
  }
}
