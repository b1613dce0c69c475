/**
 * A ledger that asks all slow rules and takes the first answer.
 *
 * Wrong: each of them must allow a transaction, and the one that objects may be the slower one.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Transaction,
} from "#katas/ledger/contract.ts";
import { Book, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/slow-rules-decide",
  level: 3,
  misconception: "one answer is as good as another",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new RacingBook(options);
}

class RacingBook extends Book {
  protected override async ask(candidate: unknown, signal?: AbortSignal): Promise<SlowReason> {
    const { slowRules } = this.options;
    const input: Transaction | undefined = this.transactionOf(candidate);
    if (input === undefined || slowRules.length === 0) return undefined;
    const answers = slowRules.map((kind) => this.askOne(kind, input, signal));
    // A rule that fails ends the commit, also when it is the last one.
    void Promise.allSettled(answers);
    const answer = await Promise.race(answers);
    return typeof answer === "string" ? answer : undefined;
  }
}
