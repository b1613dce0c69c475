/**
 * A ledger that trusts nothing it remembers: before each commit it reads all pages.
 *
 * Wrong: that is right, and takes longer with every commit there ever was.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import type { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/only-what-is-new-is-read",
  level: 2,
  misconception: "only a ledger that is read from its first page is sure",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new ThoroughBook(options);
}

class ThoroughBook extends Book {
  protected override async readOn(tries: Tries): Promise<void> {
    for (let version = 1; version <= this.version; version++) await this.read(version, tries);
    await super.readOn(tries);
  }
}
