/**
 * A ledger that looks at the signal once more before it answers.
 *
 * Wrong: the put has succeeded. Whoever is told ABORTED believes that nothing has happened.
 */
import { AbortedError } from "#platform/errors.ts";
import type {
  Batch,
  CommitResult,
  CommitValidator,
  CommitValidatorOptions,
} from "#katas/ledger/contract.ts";
import { Book, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/an-aborted-commit-ends",
  level: 2,
  misconception: "whoever has called something off wants to hear that it is off",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new ObedientBook(options);
}

class ObedientBook extends Book {
  protected override async commitNow(
    batch: Batch,
    slow: readonly SlowReason[],
    signal: AbortSignal | undefined,
  ): Promise<CommitResult> {
    const result = await super.commitNow(batch, slow, signal);
    if (signal?.aborted === true) throw new AbortedError("The commit was called off.");
    return result;
  }
}
