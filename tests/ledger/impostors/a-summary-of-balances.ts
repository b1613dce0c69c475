/**
 * A ledger that leaves a summary of its accounts and sources at every tenth version, from which new validators begin.
 *
 * Wrong: the ids are not in it. What was accepted before the summary happens again when it is handed in again.
 */
import type {
  Account,
  CommitValidator,
  CommitValidatorOptions,
  SourceProgress,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";
import { bytesOfPage, type Page } from "./parts/page.ts";
import type { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/one-effect-for-an-id",
  level: 4,
  misconception: "a ledger is what its accounts are",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new BalancingBook(options);
}

interface Summary {
  version: number;
  accounts: [string, Account][];
  sources: [string, SourceProgress][];
}

const every = 10;

class BalancingBook extends Book {
  #hasBegun = false;

  protected override async readOn(tries: Tries): Promise<void> {
    if (!this.#hasBegun) await this.#begin();
    this.#hasBegun = true;
    await super.readOn(tries);
  }

  /** A summary that cannot be read spares nobody anything, and is not needed. */
  async #begin(): Promise<void> {
    try {
      const last = (await this.options.store.list(this.#folder)).at(-1);
      if (last === undefined) return;
      const bytes = await this.options.store.get(last);
      const summary = JSON.parse(new TextDecoder().decode(bytes)) as Summary;
      if (this.version > 0) return;
      this.version = summary.version;
      this.accounts = new Map(summary.accounts);
      this.sources = new Map(summary.sources);
    } catch {
      return;
    }
  }

  protected override async put(version: number, page: Page, tries: Tries): Promise<boolean> {
    const isWon = await super.put(version, page, tries);
    if (isWon && version % every === 0) {
      this.enterAt(version, page);
      this.#leave();
    }
    return isWon;
  }

  #leave(): void {
    const { version, accounts, sources } = this;
    const summary: Summary = { version, accounts: [...accounts], sources: [...sources] };
    const name = `${this.#folder}${String(version).padStart(12, "0")}`;
    this.options.store.putIfAbsent(name, bytesOfPage(summary)).catch(() => undefined);
  }

  get #folder(): string {
    return `${this.options.prefix}summaries/`;
  }
}
