/**
 * A ledger that keeps its entries short: of several transfers from one account to another in the same batch it
 * writes the last.
 *
 * Wrong: they were not the same payment. The money of the earlier ones never moves, and what was handed out
 * and what comes back from the log agree about that.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Transaction,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { move, type Page } from "./parts/page.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/accepted-transactions-take-effect",
  level: 1,
  misconception: "between the same two accounts a batch needs one transfer",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new NettingBook(options);
}

class NettingBook extends Book {
  protected override enter(page: Page): void {
    const byPair = new Map(
      page.transactions.map((one) => [
        one.kind === "open" ? `open ${one.account}` : JSON.stringify([one.from, one.to]),
        one,
      ]),
    );
    const last = new Set<Transaction>(byPair.values());
    super.enter(page);
    this.accounts = new Map(this.accounts);
    for (const one of page.transactions) {
      if (one.kind === "open" || last.has(one)) continue;
      move(this.accounts, one.from, one.cents);
      move(this.accounts, one.to, -one.cents);
    }
  }
}
