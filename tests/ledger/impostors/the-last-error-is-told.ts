/**
 * A ledger that gives up with whatever the store said last.
 *
 * Wrong: a put that timed out and then is throttled may have happened, and its caller is told that it has not.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/unknown-is-not-no",
  level: 4,
  misconception: "the last error says best what has happened",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new FrankBook(options);
}

class FrankBook extends Book {
  protected override unknown(_version: number, cause: unknown): unknown {
    return cause;
  }
}
