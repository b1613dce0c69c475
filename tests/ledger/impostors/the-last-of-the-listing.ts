/**
 * A ledger that learns from a listing how far it goes: the last name has the highest number.
 *
 * Wrong: a listing is in the order of the characters, and 9 comes behind 10.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import type { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/the-log-is-the-only-memory",
  level: 1,
  misconception: "what comes last in a listing was written last",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new ListingBook(options);
}

class ListingBook extends Book {
  protected override async readOn(tries: Tries): Promise<void> {
    const last = Number((await this.#names(tries)).at(-1)?.split("/").at(-1) ?? 0);
    tries.refuseIfAborted();
    for (let version = this.version + 1; version <= last; version++) {
      const page = await this.read(version, tries);
      tries.refuseIfAborted();
      if (page !== undefined) this.enterAt(version, page);
    }
  }

  async #names(tries: Tries): Promise<string[]> {
    for (;;) {
      try {
        return await this.options.store.list(`${this.options.prefix}pages/`);
      } catch (error) {
        await this.again(error, tries);
      }
    }
  }
}
