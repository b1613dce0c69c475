/**
 * A ledger without a limit of its own for the commits that wait.
 *
 * Wrong: whoever names no limit has one of 1,024.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/waiting-commits-are-limited",
  level: 4,
  misconception: "whoever wants a limit says so",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new Book({ commitsWaitingMax: Number.MAX_SAFE_INTEGER, ...options });
}
