/**
 * A ledger that judges a batch once, and after a lost race only looks for the next free version.
 *
 * Wrong: whoever was faster may have taken the money, or brought what was missing.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Batch,
  CommitResult,
} from "#katas/ledger/contract.ts";
import { Book, type BookPlan, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/batches-are-judged-where-they-land",
  level: 2,
  misconception: "what was right a moment ago is right behind one more entry",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new HurriedBook(options);
}

class HurriedBook extends Book {
  readonly #plans = new WeakMap<Batch, BookPlan>();

  protected override judge(batch: Batch, slow: readonly SlowReason[]): BookPlan {
    const plan = this.#plans.get(batch) ?? super.judge(batch, slow);
    this.#plans.set(batch, plan);
    return { ...plan, version: this.version + 1 };
  }

  override async commit(batch: Batch, options?: { signal?: AbortSignal }): Promise<CommitResult> {
    this.refuseBatch(batch);
    return super.commit({ ...batch }, options);
  }
}
