/**
 * A ledger that goes on when a slow rule fails.
 *
 * Wrong: nobody has allowed the transaction. A commit whose rule fails rejects.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Transaction,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/slow-rules-decide",
  level: 3,
  misconception: "a rule that could not be asked has no objection",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new CarefreeBook(options);
}

class CarefreeBook extends Book {
  protected override async askOne(
    kind: string,
    input: Transaction,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    try {
      return await super.askOne(kind, input, signal);
    } catch {
      return undefined;
    }
  }
}
