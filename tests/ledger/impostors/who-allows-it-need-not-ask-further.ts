/**
 * A ledger that asks one slow rule after the other until one has said that there is nothing wrong.
 *
 * Wrong: the second one is asked only about what the first has rejected already.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/slow-rules-decide",
  level: 3,
  misconception: "a list of rules is a list of those who may allow it",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new LenientBook(options);
}

class LenientBook extends Book {
  protected override async ask(candidate: unknown, signal?: AbortSignal): Promise<SlowReason> {
    const input = this.transactionOf(candidate);
    if (input === undefined) return undefined;
    let reason: SlowReason;
    for (const kind of this.options.slowRules) {
      const answer = await this.askOne(kind, input, signal);
      if (typeof answer !== "string") return undefined;
      reason ??= answer;
    }
    return reason;
  }
}
