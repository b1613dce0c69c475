/**
 * A ledger that asks one slow rule after the other, until one objects.
 *
 * Wrong: one that fails is overruled by the next that has no objection.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book, type SlowReason } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/slow-rules-decide",
  level: 3,
  misconception: "a later answer is a better one",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new ForgivingBook(options);
}

class ForgivingBook extends Book {
  protected override async ask(candidate: unknown, signal?: AbortSignal): Promise<SlowReason> {
    const input = this.transactionOf(candidate);
    if (input === undefined) return undefined;
    let verdict = (): SlowReason => undefined;
    for (const kind of this.options.slowRules) {
      try {
        const answer = await this.askOne(kind, input, signal);
        if (typeof answer === "string") return answer;
        verdict = () => undefined;
      } catch (error) {
        verdict = () => {
          throw error;
        };
      }
    }
    return verdict();
  }
}
