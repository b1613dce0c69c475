/**
 * A ledger that remembers the last thousand ids.
 *
 * Wrong: a client that was away for a day asks again. Its transaction happens twice.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import type { Page } from "./parts/page.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

const idsMax = 1000;

export const level = 6;
export const impostor = {
  promise: "ledger/one-effect-for-an-id",
  level: 4,
  misconception: "whoever asks again does so at once",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new ShortMemoryBook(options);
}

class ShortMemoryBook extends Book {
  protected override enter(page: Page): void {
    super.enter(page);
    // A map has its keys in the order in which they came.
    for (const id of this.uses.keys()) {
      if (this.uses.size <= idsMax) return;
      this.uses.delete(id);
    }
  }
}
