/**
 * A ledger that asks slow rules in commit, where there is time for it, and not when it plans.
 *
 * Wrong: a plan is attempted as it is. What a slow rule would have refused happens.
 */
import type {
  Batch,
  CommitPlan,
  CommitValidator,
  CommitValidatorOptions,
  Metadata,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/slow-rules-decide",
  level: 3,
  misconception: "a plan looks for conflicts, and slow rules know of none",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new HastyBook(options);
}

class HastyBook extends Book {
  override async validateConflicts(batch: Batch, _base: Metadata): Promise<CommitPlan> {
    this.refuseBatch(batch);
    await this.readOn(this.tries());
    return this.judge(batch, []);
  }
}
