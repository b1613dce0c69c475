/**
 * Asks the store for a listing, and gets all pages that are new to it at once. Names are padded, so that the
 * listing has them in order. Levels 1 to 4.
 */
import type { CommitValidator, CommitValidatorOptions } from "#katas/ledger/contract.ts";
import { Book } from "../impostors/parts/book.ts";
import type { Tries } from "../impostors/parts/tries.ts";

export { createTaskPool, createTransactionReader } from "../impostors/parts/subject.ts";

export const level = 4;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new ListingBook(options);
}

class ListingBook extends Book {
  protected override nameOf(version: number): string {
    return `${this.options.prefix}${String(version).padStart(12, "0")}.json`;
  }

  protected override async readOn(tries: Tries): Promise<void> {
    const names = await this.list(tries);
    tries.refuseIfAborted();
    const known = this.version;
    const fresh = names.slice(known).map((_, at) => known + at + 1);
    const pages = await Promise.all(fresh.map((version) => this.read(version, tries)));
    tries.refuseIfAborted();
    for (const [at, page] of pages.entries()) {
      if (page !== undefined) this.enterAt(known + at + 1, page);
    }
  }

  private async list(tries: Tries): Promise<string[]> {
    for (;;) {
      try {
        return await this.options.store.list(this.options.prefix);
      } catch (error) {
        await this.again(error, tries);
      }
    }
  }
}
