/**
 * A ledger that puts a batch five times when nobody has told it how often.
 *
 * Wrong: the default is eight. Whoever names a number never notices.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/a-lost-race-is-run-again",
  level: 2,
  misconception: "a default is a matter of taste",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new Book({ attemptsMax: 5, ...options });
}
