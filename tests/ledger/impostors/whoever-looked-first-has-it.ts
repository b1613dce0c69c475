/**
 * A ledger that looks whether a version is free, and puts when it is.
 *
 * Wrong: between the look and the put somebody else has put. The store says so, and is not believed.
 */
import { errorCode } from "#platform/errors.ts";
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { bytesOfPage, type Page } from "./parts/page.ts";
import type { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/one-winner-a-version",
  level: 2,
  misconception: "a name that was free a moment ago can only have been taken by me",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new LookingBook(options);
}

class LookingBook extends Book {
  protected override async put(version: number, page: Page, tries: Tries): Promise<boolean> {
    if ((await this.read(version, tries)) !== undefined) return false;
    tries.refuseIfAborted();
    for (;;) {
      try {
        await this.options.store.putIfAbsent(this.nameOf(version), bytesOfPage(page));
        return true;
      } catch (error) {
        if (errorCode(error) === "ALREADY_EXISTS") return true;
        await this.again(error, tries);
      }
    }
  }
}
