/**
 * A ledger that collects what slow rules say of a batch in the order in which they say it.
 *
 * Wrong: the second answer is not always that of the second transaction.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/slow-rules-decide",
  level: 3,
  misconception: "whoever was asked first answers first",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new CollectingBook(options);
}

class CollectingBook extends Book {
  protected override async askAll(
    candidates: readonly unknown[],
    signal?: AbortSignal,
  ): Promise<SlowReason[]> {
    const reasons: SlowReason[] = [];
    await Promise.all(
      candidates.map(async (candidate) => {
        reasons.push(await this.ask(candidate, signal));
      }),
    );
    return reasons;
  }
}
