/**
 * A ledger that tells transactions apart by their properties, one behind the other with a colon in between.
 *
 * Wrong: names may have colons in them, so that two payments between other accounts read alike.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Outcome,
  Transaction,
} from "#katas/ledger/contract.ts";
import { Book, type Use } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/another-payload-is-a-conflict",
  level: 4,
  misconception: "what reads the same is the same",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new LiteralBook(options);
}

class LiteralBook extends Book {
  protected override outcomeOfUsed(transaction: Transaction, use: Use): Outcome {
    return lineOf(transaction) === lineOf(use.transaction)
      ? { status: "repeated", version: use.version }
      : { status: "rejected", reason: "ID_CONFLICT" };
  }
}

function lineOf(transaction: Transaction): string {
  if (transaction.kind === "open")
    return `open:${transaction.account}:${(transaction.balanceMin ?? 0) + 0}`;
  return `transfer:${transaction.from}:${transaction.to}:${transaction.cents}`;
}
