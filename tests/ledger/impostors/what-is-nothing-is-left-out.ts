/**
 * A ledger that asks slow rules about the transactions of a batch, having left out whatever is none.
 *
 * Wrong: it looks the answers up by the place in the batch. Behind something that is no transaction each gets the answer
 * of the one behind it.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/slow-rules-decide",
  level: 3,
  misconception: "a list without its gaps is the same list",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new CompactBook(options);
}

class CompactBook extends Book {
  protected override askAll(
    candidates: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<SlowReason[]> {
    return super.askAll(
      candidates.filter((candidate) => this.transactionOf(candidate) !== undefined),
      signal,
    );
  }
}
