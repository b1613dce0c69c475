/**
 * A ledger that looks at ids alone.
 *
 * Wrong: a client that used an id twice is told that its second payment was made.
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
  misconception: "what has the same id is the same transaction",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new CredulousBook(options);
}

class CredulousBook extends Book {
  protected override outcomeOfUsed(_transaction: Transaction, { version }: Use): Outcome {
    return { status: "repeated", version };
  }
}
