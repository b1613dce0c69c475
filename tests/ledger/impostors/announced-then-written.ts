/**
 * A ledger that takes a version with a small object first and writes the page then; readers who meet the one
 * without the other wait for it.
 *
 * Wrong: whoever dies in between leaves a version that is never written, and everybody waits for it.
 */
import { errorCode } from "#platform/errors.ts";
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { bytesOfPage, type Page, pageOf } from "./parts/page.ts";
import type { Tries } from "./parts/tries.ts";

const looksMax = 20;

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/crashes-lose-nothing",
  level: 4,
  misconception: "whoever has announced an entry will write it",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new AnnouncingBook(options);
}

class AnnouncingBook extends Book {
  protected override async put(version: number, page: Page, tries: Tries): Promise<boolean> {
    if (!(await super.put(version, { ...page, transactions: [] }, tries))) return false;
    for (;;) {
      try {
        await this.options.store.putIfAbsent(`${this.nameOf(version)}.page`, bytesOfPage(page));
        return true;
      } catch (error) {
        if (errorCode(error) === "ALREADY_EXISTS") return true;
        await this.again(error, tries);
      }
    }
  }

  protected override async read(version: number, tries: Tries): Promise<Page | undefined> {
    const announced = await super.read(version, tries);
    if (announced === undefined) return undefined;
    for (let looks = 1; ; looks++) {
      try {
        return pageOf(await this.options.store.get(`${this.nameOf(version)}.page`));
      } catch (error) {
        if (errorCode(error) !== "NOT_FOUND") await this.again(error, tries);
        else if (looks === looksMax) throw error;
        else await tries.pause();
      }
    }
  }
}
