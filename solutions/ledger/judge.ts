/**
 * The rule engine. Judges one transaction after the other against the table and against what it has
 * accepted before; touches nothing but its own copy.
 *
 *   schema ─► id ─► the ledger's own rules ─► slow rules, asked before ─► rules that were handed in
 */
import type {
  Account,
  OpenAccount,
  Outcome,
  Reason,
  Rule,
  Transaction,
  Transfer,
} from "#katas/ledger/contract.ts";
import { isSameTransaction, transactionOf } from "./schema.ts";
import { happen, type Table } from "./table.ts";

export class Judge {
  readonly accepted: Transaction[] = [];
  readonly #table: Table;
  readonly #rules: readonly Rule[];
  /** As they are after what was accepted. */
  readonly #accounts: Map<string, Account>;
  readonly #acceptedById = new Map<string, Transaction>();

  constructor(table: Table, rules: readonly Rule[]) {
    this.#table = table;
    this.#rules = rules;
    this.#accounts = new Map(table.accounts);
  }

  /** The version that the accepted ones will have. */
  get version(): number {
    return this.#table.version + 1;
  }

  /** `slowReason` is what slow rules have said. Throws what a rule throws, and has not accepted then. */
  judge(candidate: unknown, slowReason: string | undefined): Outcome {
    const transaction = transactionOf(candidate);
    if (transaction === undefined) return rejected("SCHEMA");
    const use = this.#useOf(transaction.id);
    if (use !== undefined) {
      if (!isSameTransaction(use.transaction, transaction)) return rejected("ID_CONFLICT");
      return { status: "repeated", version: use.version };
    }
    const reason =
      reasonAgainst(transaction, this.#accounts) ?? slowReason ?? this.#askRules(transaction);
    if (reason !== undefined) return rejected(reason);
    happen(transaction, this.#accounts);
    this.accepted.push(transaction);
    this.#acceptedById.set(transaction.id, transaction);
    return { status: "accepted" };
  }

  #useOf(id: string): { transaction: Transaction; version: number } | undefined {
    const transaction = this.#acceptedById.get(id);
    return transaction === undefined
      ? this.#table.useOf(id)
      : { transaction, version: this.version };
  }

  #askRules(transaction: Transaction): string | undefined {
    for (const rule of this.#rules) {
      const reason = rule.check(transaction, this.#accounts);
      if (reason !== undefined) return reason;
    }
    return undefined;
  }
}

/** Outcomes under "all-or-nothing": with one rejected, nothing of the batch happens. */
export function withheld(outcomes: readonly Outcome[], version: number): Outcome[] {
  return outcomes.map((outcome) => {
    // What repeats a neighbour is withheld with it.
    const isNew =
      outcome.status === "accepted" ||
      (outcome.status === "repeated" && outcome.version === version);
    return isNew ? { status: "withheld" } : outcome;
  });
}

type Accounts = ReadonlyMap<string, Account>;

function reasonAgainst(transaction: Transaction, accounts: Accounts): Reason | undefined {
  return transaction.kind === "open"
    ? reasonAgainstOpening(transaction, accounts)
    : reasonAgainstTransfer(transaction, accounts);
}

function reasonAgainstOpening({ account }: OpenAccount, accounts: Accounts): Reason | undefined {
  return accounts.has(account) ? "ACCOUNT_EXISTS" : undefined;
}

function reasonAgainstTransfer(
  { from, to, cents }: Transfer,
  accounts: Accounts,
): Reason | undefined {
  if (from === to) return "SAME_ACCOUNT";
  const [giver, taker] = [accounts.get(from), accounts.get(to)];
  if (giver === undefined || taker === undefined) return "UNKNOWN_ACCOUNT";
  // Sums of two safe integers may be inexact, but they are never on the wrong side of a safe one.
  if (giver.balance - cents < giver.balanceMin) return "INSUFFICIENT_FUNDS";
  if (taker.balance + cents > Number.MAX_SAFE_INTEGER) return "OVERFLOW";
  return undefined;
}

function rejected(reason: string): Outcome {
  return { status: "rejected", reason };
}
