/**
 * A ledger whose plans move on: if the version of a plan is taken, the plan is put behind it.
 *
 * Wrong: a plan was judged against the ledger before its version. Two plans for one version are both committed.
 */
import { errorCode } from "#platform/errors.ts";
import type {
  CommitValidator,
  CommitValidatorOptions,
  CommitPlan,
  CommitResult,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/one-winner-a-version",
  level: 2,
  misconception: "a plan that came too late is still a good plan",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new SlippingBook(options);
}

class SlippingBook extends Book {
  override async attemptCommit(plan: CommitPlan): Promise<CommitResult> {
    try {
      return await super.attemptCommit(plan);
    } catch (error) {
      if (errorCode(error) !== "CONFLICT") throw error;
      return this.attemptCommit({ ...plan, version: plan.version + 1 });
    }
  }
}
