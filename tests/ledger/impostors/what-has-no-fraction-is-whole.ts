/**
 * A ledger whose schema looks for a fraction, and for amounts that are too small.
 *
 * Wrong: NaN has no fraction and is not too small, nor is a number that stands for its neighbour as well.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Transaction,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { asTransaction } from "./parts/page.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/what-is-no-transaction-is-rejected",
  level: 1,
  misconception: "a number without a fraction is a whole number",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new RoundBook(options);
}

class RoundBook extends Book {
  protected override transactionOf(candidate: unknown): Transaction | undefined {
    const cents = (candidate as { cents?: unknown } | null | undefined)?.cents;
    if (typeof cents !== "number" || cents % 1 > 0 || cents < 1) return asTransaction(candidate);
    const whole = asTransaction({ ...(candidate as object), cents: 1 });
    return whole === undefined ? undefined : ({ ...whole, cents } as Transaction);
  }
}
