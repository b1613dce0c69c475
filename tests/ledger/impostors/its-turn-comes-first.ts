/**
 * A ledger that heeds the signal of a commit while its rules are asked, and while it reads and puts.
 *
 * Wrong: in between it stands in a line, behind a batch whose rules take their time, and hears nothing.
 */
import type {
  Batch,
  CommitResult,
  CommitValidator,
  CommitValidatorOptions,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { heeding } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/an-aborted-commit-ends",
  level: 2,
  misconception: "standing in a line is no work that could be called off",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new PatientBook(options);
}

class PatientBook extends Book {
  protected override async inTurn(
    batch: Batch,
    before: Promise<unknown>,
    signal: AbortSignal | undefined,
  ): Promise<CommitResult> {
    const slow = await heeding(this.askAll(batch.transactions, signal), signal);
    await before;
    return this.commitNow(batch, slow, signal);
  }
}
