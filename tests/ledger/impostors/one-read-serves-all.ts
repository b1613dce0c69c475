/**
 * A ledger of which only one read is under way at a time: whoever wants to read meanwhile waits for that one.
 *
 * Wrong: what the store is about to answer may be older than the call that joins. An entry that had been answered
 * before it is not in what it reads.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { heeding, type Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/batches-are-judged-where-they-land",
  level: 2,
  misconception: "a read that is under way brings what a new one would bring",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new SharingBook(options);
}

class SharingBook extends Book {
  #reading: Promise<void> | undefined;

  protected override async readOn(tries: Tries): Promise<void> {
    this.#reading ??= super.readOn(this.tries()).finally(() => (this.#reading = undefined));
    await heeding(this.#reading, tries.options.signal);
  }
}
