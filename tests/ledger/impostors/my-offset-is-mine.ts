/**
 * A ledger that looks once, at the beginning, how far a source was read.
 *
 * Wrong: whoever goes on at the same time has done some of it meanwhile. Ids keep the effects from happening
 * twice, but not the quarantine, and the offset goes backwards.
 */
import type { CommitValidator, CommitValidatorOptions, Candidate } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/each-effect-exactly-once",
  level: 6,
  misconception: "nobody else reads the source that this one reads",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new LonelyBook(options);
}

class LonelyBook extends Book {
  protected override doneOf(name: string): number {
    if (!this.#isRunning) return super.doneOf(name);
    return -1;
  }

  #isRunning = false;

  protected override async commitChunk(
    name: string,
    chunk: readonly Candidate[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    this.#isRunning = true;
    try {
      await super.commitChunk(name, chunk, signal);
    } finally {
      this.#isRunning = false;
    }
  }
}
