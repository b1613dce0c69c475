/**
 * What all entries so far have made: the accounts, the ids, how far each source has come.
 *
 * A map that was handed out never changes; new entries make a new one. The ids are for the judge alone,
 * and far more than the accounts: they are one map, to which entries only add.
 */
import { invariant } from "#platform/invariant.ts";
import type { Account, Metadata, SourceProgress, Transaction } from "#katas/ledger/contract.ts";
import type { Entry, Progress } from "./entry.ts";

/** Where an id was used. */
export interface Use {
  readonly transaction: Transaction;
  readonly version: number;
}

export class Table implements Metadata {
  #version = 0;
  #accounts: ReadonlyMap<string, Account> = new Map();
  #sources: ReadonlyMap<string, SourceProgress> = new Map();
  readonly #ids = new Map<string, Use>();

  get version(): number {
    return this.#version;
  }

  get accounts(): ReadonlyMap<string, Account> {
    return this.#accounts;
  }

  get sources(): ReadonlyMap<string, SourceProgress> {
    return this.#sources;
  }

  useOf(id: string): Use | undefined {
    return this.#ids.get(id);
  }

  /** The table as it is now, to be kept. */
  snapshot(): Metadata {
    return { version: this.#version, accounts: this.#accounts, sources: this.#sources };
  }

  /** Enters what comes behind `version`. Whoever read along may have entered some of it already. */
  enter(entries: readonly Entry[], version: number): void {
    const news = entries.slice(this.#version - version);
    if (news.length === 0) return;
    const accounts = new Map(this.#accounts);
    for (const entry of news) {
      this.#version++;
      for (const transaction of entry.transactions) {
        happen(transaction, accounts);
        this.#ids.set(transaction.id, { transaction, version: this.#version });
      }
      if (entry.progress !== undefined) this.#advance(entry.progress);
    }
    this.#accounts = accounts;
  }

  #advance({ source, nextOffset, quarantined }: Progress): void {
    const before = this.#sources.get(source)?.quarantined ?? [];
    const progress = { nextOffset, quarantined: [...before, ...quarantined] };
    this.#sources = new Map(this.#sources).set(source, progress);
  }
}

/** What an accepted transaction does. Both sides of a transfer or neither: there is no await in between. */
export function happen(transaction: Transaction, accounts: Map<string, Account>): void {
  if (transaction.kind === "open") {
    accounts.set(transaction.account, { balance: 0, balanceMin: transaction.balanceMin ?? 0 });
    return;
  }
  const { from, to, cents } = transaction;
  add(accounts, from, -cents);
  add(accounts, to, cents);
}

function add(accounts: Map<string, Account>, name: string, cents: number): void {
  const account = accounts.get(name);
  invariant(account !== undefined, "an accepted transfer is between open accounts");
  accounts.set(name, { ...account, balance: account.balance + cents });
}
