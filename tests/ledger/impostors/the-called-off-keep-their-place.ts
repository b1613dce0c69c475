/**
 * A ledger in which a commit gives back its place when it is answered or has failed.
 *
 * Wrong: one that is called off does neither, so that with each of them there is room for one less.
 */
import { errorCode } from "#platform/errors.ts";
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
  promise: "ledger/waiting-commits-are-limited",
  level: 4,
  misconception: "whoever leaves by another door has given back the key",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new LeakyBook(options);
}

class LeakyBook extends Book {
  override async commit(batch: Batch, options?: { signal?: AbortSignal }): Promise<CommitResult> {
    try {
      return await super.commit(batch, options);
    } catch (error) {
      if (errorCode(error) === "ABORTED") this.waiting++;
      throw error;
    }
  }
}
