/**
 * A ledger that passes over slow rules whose workers were lost.
 *
 * Wrong: nobody has allowed the transaction. A commit whose rule cannot be asked rejects.
 */
import { errorCode } from "#platform/errors.ts";
import type {
  CommitValidator,
  CommitValidatorOptions,
  Transaction,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/commits-outlive-workers",
  level: 5,
  misconception: "a worker that dies is no reason to refuse a payment",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new UnmovedBook(options);
}

class UnmovedBook extends Book {
  protected override async askOne(
    kind: string,
    input: Transaction,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    try {
      return await super.askOne(kind, input, signal);
    } catch (error) {
      if (errorCode(error) === "WORKER_LOST") return undefined;
      throw error;
    }
  }
}
