/**
 * A ledger that judges a plan against the metadata that it is handed.
 *
 * Wrong: others have committed since. The plan is for a version that is taken, and its outcomes are old.
 */
import type {
  Batch,
  CommitPlan,
  Metadata,
  CommitValidator,
  CommitValidatorOptions,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/batches-are-judged-where-they-land",
  level: 2,
  misconception: "whoever hands in metadata wants to be judged by it",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new FaithfulBook(options);
}

class FaithfulBook extends Book {
  override async validateConflicts(batch: Batch, base: Metadata): Promise<CommitPlan> {
    this.refuseBatch(batch);
    const slow = await this.askAll(batch.transactions);
    const { version, accounts } = this;
    this.version = base.version;
    this.accounts = new Map(base.accounts);
    try {
      return this.judge(batch, slow);
    } finally {
      this.version = version;
      this.accounts = accounts;
    }
  }
}
