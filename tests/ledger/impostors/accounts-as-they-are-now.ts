/**
 * A ledger with one map of accounts, which it changes and hands out.
 *
 * Wrong: what was read a while ago changes under the reader's hands with the next commit.
 */
import type { CommitValidator, CommitValidatorOptions, Metadata } from "#katas/ledger/contract.ts";
import { type Accounts, Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/metadata-stays-as-read",
  level: 1,
  misconception: "whoever reads accounts wants to know them as they are now",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new LiveBook(options);
}

class LiveBook extends Book {
  readonly #live: Accounts = new Map();

  protected override metadata(): Metadata {
    for (const [name, account] of this.accounts) this.#live.set(name, account);
    return { ...super.metadata(), accounts: this.#live };
  }
}
