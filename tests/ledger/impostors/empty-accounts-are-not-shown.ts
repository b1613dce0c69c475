/**
 * A ledger that, once it has put pages of its own, hands out the accounts with money in them: the others it
 * names only where it has read everything from the log.
 *
 * Wrong: an account that was opened is there, also with nothing in it. The judge knows it, the readers do not.
 */
import type { CommitValidator, CommitValidatorOptions, Metadata } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import type { Page } from "./parts/page.ts";
import type { Tries } from "./parts/tries.ts";

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
  #hasPut = false;

  protected override async put(version: number, page: Page, tries: Tries): Promise<boolean> {
    this.#hasPut = true;
    return super.put(version, page, tries);
  }

  protected override metadata(): Metadata {
    if (!this.#hasPut) return super.metadata();
    const filled = [...this.accounts].filter(([, { balance }]) => balance !== 0);
    return { ...super.metadata(), accounts: new Map(filled) };
  }
}
