/**
 * A ledger that leaves out what another one has done of the same source, a chunk at a time.
 *
 * Wrong: the other one cuts the source at other places. Of a chunk that is done in part the rest is left out, too.
 */
import type { Candidate, CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book, type SlowReason } from "./parts/book.ts";
import type { Page } from "./parts/page.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/each-effect-exactly-once",
  level: 6,
  misconception: "whoever processes a source cuts it into the same pieces",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new TrustingBook(options);
}

class TrustingBook extends Book {
  protected override pageOfChunk(
    writer: string,
    name: string,
    chunk: readonly Candidate[],
    slow: readonly (() => SlowReason)[],
  ): Page | undefined {
    const first = chunk[0]?.offset ?? 0;
    if (first < this.doneOf(name)) return undefined;
    return super.pageOfChunk(writer, name, chunk, slow);
  }
}
