/**
 * A ledger that judges again after a lost race whether the accounts are there, and not whether there is money.
 *
 * Wrong: whoever was faster may have spent it, or brought some.
 */
import type {
  Batch,
  CommitResult,
  CommitValidator,
  CommitValidatorOptions,
  Transaction,
} from "#katas/ledger/contract.ts";
import { type Accounts, Book, type SlowReason } from "./parts/book.ts";
import type { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/batches-are-judged-where-they-land",
  level: 2,
  misconception:
    "a batch that is put again needs its place in the log and no second look at the money",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new TrustingBook(options);
}

class TrustingBook extends Book {
  #hasLost = false;

  protected override async commitNow(
    batch: Batch,
    slow: readonly SlowReason[],
    signal: AbortSignal | undefined,
  ): Promise<CommitResult> {
    this.#hasLost = false;
    return super.commitNow(batch, slow, signal);
  }

  protected override async afterLoss(version: number, tries: Tries): Promise<void> {
    this.#hasLost = true;
    await super.afterLoss(version, tries);
  }

  protected override reasonAgainst(
    transaction: Transaction,
    accounts: Accounts,
  ): string | undefined {
    const reason = super.reasonAgainst(transaction, accounts);
    return this.#hasLost && reason === "INSUFFICIENT_FUNDS" ? undefined : reason;
  }
}
