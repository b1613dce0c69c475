/**
 * A ledger that shares what was read among all validators of the process: the pages never change, so why read
 * them twice?
 *
 * Wrong: the same prefix in another store is another ledger, and gets the pages of this one.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import type { Page } from "./parts/page.ts";
import type { Tries } from "./parts/tries.ts";

const pagesRead = new Map<string, Page>();

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/the-log-is-the-only-memory",
  level: 1,
  misconception: "a prefix names one ledger in the whole process",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new SharingBook(options);
}

class SharingBook extends Book {
  protected override async read(version: number, tries: Tries): Promise<Page | undefined> {
    const name = this.nameOf(version);
    const page = pagesRead.get(name) ?? (await super.read(version, tries));
    if (page !== undefined) pagesRead.set(name, page);
    return page;
  }
}
