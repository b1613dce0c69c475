/**
 * A ledger that writes no page for a piece of a source in which everything has happened already.
 *
 * Wrong: nobody knows that it was read, and the source is not done.
 */
import type { Candidate, CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book, type SlowReason } from "./parts/book.ts";
import type { Page } from "./parts/page.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/each-effect-exactly-once",
  level: 6,
  misconception: "where nothing happens and nothing is refused there is nothing to commit",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new ThriftyBook(options);
}

class ThriftyBook extends Book {
  protected override pageOfChunk(
    writer: string,
    name: string,
    chunk: readonly Candidate[],
    slow: readonly (() => SlowReason)[],
  ): Page | undefined {
    const page = super.pageOfChunk(writer, name, chunk, slow);
    const isEmpty = page?.transactions.length === 0 && page.source?.quarantined.length === 0;
    return isEmpty ? undefined : page;
  }
}
