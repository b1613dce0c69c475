/**
 * A ledger that removes blanks before and behind the name of a source.
 *
 * Wrong: it is another name. Two sources share their offsets, and one of them is never read.
 */
import type {
  ProcessOptions,
  Source,
  CommitValidator,
  CommitValidatorOptions,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/each-effect-exactly-once",
  level: 6,
  misconception: "a blank at the end of a name is a slip of the finger",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new NeatBook(options);
}

class NeatBook extends Book {
  override async process(source: Source, options: ProcessOptions): Promise<{ nextOffset: number }> {
    const { name } = source;
    // What is no text is refused as it is.
    return super.process(
      typeof name === "string" ? { ...source, name: name.trim() } : source,
      options,
    );
  }
}
