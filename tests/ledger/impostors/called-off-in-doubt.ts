/**
 * A ledger that looks at the signal when it finds the name taken that it has put before without an answer.
 *
 * Wrong: it may have been taken by that put. Whoever is told ABORTED believes that nothing has happened.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import type { Page } from "./parts/page.ts";
import type { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/unknown-is-not-no",
  level: 4,
  misconception: "once it is called off nobody needs to know whose entry it is",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new HurriedBook(options);
}

class HurriedBook extends Book {
  #isTaken = false;

  protected override async put(version: number, page: Page, tries: Tries): Promise<boolean> {
    this.#isTaken = false;
    return super.put(version, page, tries);
  }

  /** Called behind the put of a name that was taken, and of no other while a put is in doubt. */
  protected override async read(version: number, tries: Tries): Promise<Page | undefined> {
    this.#isTaken = tries.failures > 0 && version === this.version + 1;
    if (this.#isTaken && tries.options.signal?.aborted === true) return undefined;
    return super.read(version, tries);
  }
}
