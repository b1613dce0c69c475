/**
 * A ledger in which a batch under "all-or-nothing" happens if everything in it is accepted.
 *
 * Wrong: what has happened already is repeated and not rejected. It keeps nothing else from happening.
 */
import type {
  Batch,
  CommitValidator,
  CommitValidatorOptions,
  Outcome,
} from "#katas/ledger/contract.ts";
import { Book, type BookPlan, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/batches-are-atomic",
  level: 1,
  misconception: "all means that everything in the batch is accepted",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new WholeBook(options);
}

class WholeBook extends Book {
  protected override judge(batch: Batch, slow: readonly SlowReason[]): BookPlan {
    const plan = super.judge(batch, slow);
    const isWhole = plan.outcomes.every(
      ({ status, ...more }) =>
        status === "accepted" || ("version" in more && more.version === plan.version),
    );
    if (isWhole || batch.policy === "valid-only") return plan;
    const outcomes = plan.outcomes.map((outcome): Outcome => {
      const isOfThisBatch = outcome.status === "repeated" && outcome.version === plan.version;
      return outcome.status === "accepted" || isOfThisBatch ? { status: "withheld" } : outcome;
    });
    return { ...plan, outcomes, accepted: [] };
  }
}
