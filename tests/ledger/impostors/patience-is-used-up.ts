/**
 * A ledger that counts the races it has lost in a field of its own.
 *
 * Wrong: nobody sets it back. After some hours of work every lost race is the last one allowed.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book, lost } from "./parts/book.ts";
import type { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/a-lost-race-is-run-again",
  level: 2,
  misconception: "an object counts its own failures",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new TiredBook(options);
}

class TiredBook extends Book {
  #races = 0;

  protected override async afterLoss(version: number, tries: Tries): Promise<void> {
    if (++this.#races >= this.options.attemptsMax) throw lost(version);
    await super.afterLoss(version, tries);
  }
}
