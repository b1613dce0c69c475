/**
 * A ledger for which a put without an answer was a race that somebody else has won: it reads on, judges again,
 * and puts for the next version.
 *
 * Wrong: the put may have had its effect, and then the batch is judged behind itself.
 */
import { errorCode } from "#platform/errors.ts";
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { bytesOfPage, type Page } from "./parts/page.ts";
import type { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/a-lost-answer-is-found-out",
  level: 4,
  misconception: "a put that was not answered has not happened",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new DoubtlessBook(options);
}

class DoubtlessBook extends Book {
  protected override async put(version: number, page: Page, tries: Tries): Promise<boolean> {
    for (;;) {
      tries.refuseIfAborted();
      try {
        await this.options.store.putIfAbsent(this.nameOf(version), bytesOfPage(page));
        return true;
      } catch (error) {
        if (errorCode(error) !== "THROTTLED") return false;
        await this.again(error, tries);
      }
    }
  }
}
