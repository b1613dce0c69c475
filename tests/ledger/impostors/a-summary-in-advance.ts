/**
 * A ledger that leaves a summary at every tenth version, from which new validators begin: just before it puts the entry,
 * so that none is ever without its summary.
 *
 * Wrong: when somebody else is faster, the summary tells of an entry that never was.
 */
import type {
  Account,
  CommitValidator,
  CommitValidatorOptions,
  SourceProgress,
} from "#katas/ledger/contract.ts";
import { Book, type Use } from "./parts/book.ts";
import { bytesOfPage, type Page } from "./parts/page.ts";
import type { Tries } from "./parts/tries.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/batches-are-judged-where-they-land",
  level: 2,
  misconception: "what is about to be put will be there",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new ForesightedBook(options);
}

interface Summary {
  accounts: [string, Account][];
  uses: [string, Use][];
  sources: [string, SourceProgress][];
}

const every = 10;

class ForesightedBook extends Book {
  #hasBegun = false;

  protected override async readOn(tries: Tries): Promise<void> {
    if (!this.#hasBegun) await this.#begin(tries);
    this.#hasBegun = true;
    await super.readOn(tries);
  }

  /** A summary that cannot be read spares nobody anything, and is not needed. */
  async #begin(tries: Tries): Promise<void> {
    try {
      const last = (await this.options.store.list(this.#folder)).at(-1);
      if (last === undefined || this.version > 0) return;
      const bytes = await this.options.store.get(last);
      if (this.version > 0) return;
      const { accounts, uses, sources } = JSON.parse(new TextDecoder().decode(bytes)) as Summary;
      this.version = Number(last.slice(this.#folder.length));
      this.accounts = new Map(accounts);
      for (const [id, use] of uses) this.uses.set(id, use);
      this.sources = new Map(sources);
    } catch {
      tries.refuseIfAborted();
    }
  }

  protected override async put(version: number, page: Page, tries: Tries): Promise<boolean> {
    if (version % every === 0) await this.#leave(version, page);
    return super.put(version, page, tries);
  }

  async #leave(version: number, page: Page): Promise<void> {
    const after = new ForesightedBook(this.options);
    after.version = this.version;
    after.accounts = this.accounts;
    after.sources = this.sources;
    for (const [id, use] of this.uses) after.uses.set(id, use);
    after.enter(page);
    const summary: Summary = {
      accounts: [...after.accounts],
      uses: [...after.uses],
      sources: [...after.sources],
    };
    const name = `${this.#folder}${String(version).padStart(12, "0")}`;
    await this.options.store.putIfAbsent(name, bytesOfPage(summary)).catch(() => undefined);
  }

  get #folder(): string {
    return `${this.options.prefix}summaries/`;
  }
}
