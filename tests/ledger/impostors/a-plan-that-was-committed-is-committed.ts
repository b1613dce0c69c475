/**
 * A ledger that remembers which of its plans it has committed, and says so when it is asked again.
 *
 * Wrong: an attempt is one put. At the version of the plan stands an entry, and somebody is told for the second time
 * that it has become one.
 */
import type {
  CommitPlan,
  CommitResult,
  CommitValidator,
  CommitValidatorOptions,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/one-winner-a-version",
  level: 2,
  misconception: "asking twice must do no harm, so it gets the same answer",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new KindBook(options);
}

class KindBook extends Book {
  readonly #results = new WeakMap<CommitPlan, CommitResult>();

  override async attemptCommit(plan: CommitPlan): Promise<CommitResult> {
    const known = this.#results.get(plan);
    if (known !== undefined) return known;
    const result = await super.attemptCommit(plan);
    this.#results.set(plan, result);
    return result;
  }
}
