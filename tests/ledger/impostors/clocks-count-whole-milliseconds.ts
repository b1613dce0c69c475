/**
 * A ledger whose entries say when they were written, as a `BigInt` of the clock.
 *
 * Wrong: a clock may stand between two milliseconds, and then there is no such number. The clocks of tests never do.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/accepted-transactions-take-effect",
  level: 1,
  misconception: "a clock counts whole milliseconds",
  stressOnly: true,
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new DatedBook(options);
}

class DatedBook extends Book {
  protected override writer(): string {
    return `${super.writer()} at ${BigInt(this.options.clock.now())}`;
  }
}
