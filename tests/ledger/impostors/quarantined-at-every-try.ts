/**
 * A ledger that keeps a list of what it has quarantined of a chunk.
 *
 * Wrong: the list was begun before the race that was lost. What is judged again is listed again.
 */
import type {
  Candidate,
  Quarantined,
  CommitValidator,
  CommitValidatorOptions,
} from "#katas/ledger/contract.ts";
import { Book, type SlowReason } from "./parts/book.ts";
import type { Page } from "./parts/page.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/each-effect-exactly-once",
  level: 6,
  misconception: "a list that is filled while one judges is filled once",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new ListingBook(options);
}

class ListingBook extends Book {
  readonly #lists = new WeakMap<object, Quarantined[]>();

  protected override pageOfChunk(
    writer: string,
    name: string,
    chunk: readonly Candidate[],
    slow: readonly (() => SlowReason)[],
  ): Page | undefined {
    const page = super.pageOfChunk(writer, name, chunk, slow);
    if (page?.source === undefined) return page;
    const list = this.#lists.get(chunk) ?? [];
    this.#lists.set(chunk, list);
    list.push(...page.source.quarantined);
    return { ...page, source: { ...page.source, quarantined: [...list] } };
  }
}
