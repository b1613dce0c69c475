/**
 * A ledger with one list of what was quarantined of a source, to which it adds.
 *
 * Wrong: metadata that somebody has read holds the same list, and says later what was not there when it was read.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Quarantined,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import type { Page } from "./parts/page.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/metadata-stays-as-read",
  level: 1,
  misconception: "a copy of the map is a copy of what is in it",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new GrowingBook(options);
}

class GrowingBook extends Book {
  readonly #lists = new Map<string, Quarantined[]>();

  protected override enter(page: Page): void {
    super.enter(page);
    if (page.source === undefined) return;
    const { name, nextOffset, quarantined } = page.source;
    const list = this.#lists.get(name) ?? [];
    this.#lists.set(name, list);
    list.push(...quarantined);
    this.sources.set(name, { nextOffset, quarantined: list });
  }
}
