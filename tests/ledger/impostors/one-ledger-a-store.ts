/**
 * A ledger that gives its pages names of its own, whatever the prefix.
 *
 * Wrong: a second ledger in the same store finds the pages of the first.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/the-log-is-the-only-memory",
  level: 1,
  misconception: "a store is made for the ledger that lives in it",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new LoneBook(options);
}

class LoneBook extends Book {
  protected override nameOf(version: number): string {
    return `ledger/pages/${version}`;
  }
}
