/**
 * A ledger that judges a batch, and asks for the next free version when it is about to put it.
 *
 * Wrong: what was committed between the two was not there when the batch was judged.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import type { Page } from "./parts/page.ts";
import type { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/batches-are-judged-where-they-land",
  level: 2,
  misconception: "the version is the business of whoever writes, at the moment of writing",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new LateNumberBook(options);
}

class LateNumberBook extends Book {
  /** Only what `commit` puts; a plan keeps its version. */
  protected override async put(version: number, page: Page, tries: Tries): Promise<boolean> {
    if (this.waiting === 0) return super.put(version, page, tries);
    await this.readOn(tries);
    return super.put(this.version + 1, page, tries);
  }

  protected override enterAt(version: number, page: Page): void {
    super.enterAt(Math.max(version, this.version + 1), page);
  }
}
