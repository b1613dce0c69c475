/**
 * A ledger that writes a page for each batch, so that its history is complete.
 *
 * Wrong: a batch without an accepted transaction takes a version that nobody may count.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Batch,
  CommitResult,
} from "#katas/ledger/contract.ts";
import { Book, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/versions-count-commits",
  level: 1,
  misconception: "a log records what was asked for, whatever came of it",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new CompleteBook(options);
}

class CompleteBook extends Book {
  protected override async commitNow(
    batch: Batch,
    slow: readonly SlowReason[],
    signal: AbortSignal | undefined,
  ): Promise<CommitResult> {
    const result = await super.commitNow(batch, slow, signal);
    if (result.version === null && batch.transactions.length > 0) {
      const tries = this.tries(signal);
      const version = this.version + 1;
      const page = { writer: this.writer(), transactions: [] };
      if (await this.put(version, page, tries)) this.enterAt(version, page);
    }
    return result;
  }
}
