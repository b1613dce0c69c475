/**
 * A ledger that leaves out the answers of slow rules that are false.
 *
 * Wrong: undefined is, and so is the empty text, which is a reason.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/slow-rules-decide",
  level: 3,
  misconception: "a filter for what is truthy leaves what was said",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new FilteringBook(options);
}

class FilteringBook extends Book {
  protected override async ask(candidate: unknown, signal?: AbortSignal): Promise<SlowReason> {
    const input = this.transactionOf(candidate);
    if (input === undefined) return undefined;
    const answers = await Promise.all(
      this.options.slowRules.map((kind) => this.askOne(kind, input, signal)),
    );
    return answers.filter(Boolean).map(String)[0];
  }
}
