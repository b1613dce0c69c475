/**
 * A ledger that looks once where it begins: a listing, of which it takes the first thousand names, as it has seen
 * it with a store that gives a thousand a page.
 *
 * Wrong: a ledger with more entries than that seems to end there. It takes a long life to get so far.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import type { Tries } from "./parts/tries.ts";

const pageLength = 1000;

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/only-what-is-new-is-read",
  level: 2,
  misconception: "a listing of a bucket names everything in it",
  stressOnly: true,
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new FirstPageBook(options);
}

class FirstPageBook extends Book {
  protected override async readOn(tries: Tries): Promise<void> {
    if (this.version < pageLength) return super.readOn(tries);
    tries.refuseIfAborted();
  }
}
