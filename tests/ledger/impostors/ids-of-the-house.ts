/**
 * A ledger that remembers the ids of what it has committed itself.
 *
 * Wrong: the client that got no answer asks somebody else.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Batch,
  CommitResult,
  Transaction,
} from "#katas/ledger/contract.ts";
import { Book, type BookPlan, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/one-effect-for-an-id",
  level: 4,
  misconception: "a client comes back to the validator it came from",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new DomesticBook(options);
}

class DomesticBook extends Book {
  readonly #own = new Set<string>();

  override async commit(batch: Batch, options?: { signal?: AbortSignal }): Promise<CommitResult> {
    const result = await super.commit(batch, options);
    for (const [at, { status }] of result.outcomes.entries())
      if (status === "accepted") this.#own.add((batch.transactions[at] as Transaction).id);
    return result;
  }

  protected override judge(batch: Batch, slow: readonly SlowReason[]): BookPlan {
    for (const id of this.uses.keys()) if (!this.#own.has(id)) this.uses.delete(id);
    return super.judge(batch, slow);
  }
}
