/**
 * A ledger that counts the commits behind the one under way.
 *
 * Wrong: with a limit of n there are n and one.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/waiting-commits-are-limited",
  level: 4,
  misconception: "a commit that is being carried out is not waiting",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new RoomyBook(options);
}

class RoomyBook extends Book {
  protected override admit(): void {
    if (this.waiting > this.options.commitsWaitingMax) super.admit();
  }
}
