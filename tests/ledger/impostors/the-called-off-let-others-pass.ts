/**
 * A ledger in which a commit that is called off opens the way for the one behind it.
 *
 * Wrong: it stood in a line itself. Those behind it overtake those before it.
 */
import type {
  Batch,
  CommitResult,
  CommitValidator,
  CommitValidatorOptions,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/commits-keep-the-order-of-calls",
  level: 3,
  misconception: "whoever leaves a line gives its place to the next",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new PoliteBook(options);
}

class PoliteBook extends Book {
  override async commit(
    batch: Batch,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<CommitResult> {
    this.refuseBatch(batch);
    this.admit();
    this.waiting++;
    const before = this.lastTurn;
    const ending = this.inTurn(batch, before, signal);
    // Whoever ends has had its turn, or needs none.
    this.lastTurn = Promise.allSettled([ending]);
    try {
      return await ending;
    } finally {
      this.waiting--;
    }
  }
}
