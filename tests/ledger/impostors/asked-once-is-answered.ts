/**
 * A ledger that keeps the answers of slow rules by the id of the transaction, so that nothing is asked twice.
 *
 * Wrong: an id is taken by what is accepted. What was refused may come again under the same id and be another one.
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
  misconception: "an id stands for one transaction and a rule answers the same each time",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new RememberingBook(options);
}

class RememberingBook extends Book {
  readonly #answers = new Map<string, unknown>();

  protected override async askOne(
    kind: string,
    input: Transaction,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const key = JSON.stringify([kind, input.id]);
    if (!this.#answers.has(key)) this.#answers.set(key, await super.askOne(kind, input, signal));
    return this.#answers.get(key);
  }
}
