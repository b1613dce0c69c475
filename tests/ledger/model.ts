/**
 * The pure specification: what a ledger is after its entries, and which outcomes of a transaction are right then,
 * in the simplest words that are right.
 */
import type {
  Account,
  OpenAccount,
  Outcome,
  Quarantined,
  Transaction,
  Transfer,
} from "#katas/ledger/contract.ts";
import { type RuleName, ruleNamed, type SlowRuleName, slowAnswer } from "./rules.ts";

/** The rules of a ledger, by name. */
export interface RuleSet {
  readonly rules: readonly RuleName[];
  readonly slowRules: readonly SlowRuleName[];
}

/** Everything that is right to say of a transaction at one point of the ledger. */
export type Right =
  | { readonly status: "accepted" }
  /** It has happened already, in that entry; null is the entry of its own batch. */
  | { readonly status: "repeated"; readonly version: number | null }
  /** Nobody need ask the rules then; whoever does may meet one that throws. */
  | { readonly status: "rejected"; readonly reasons: readonly string[]; readonly mayThrow: boolean }
  /** A rule throws, or a slow one fails, and nothing else is wrong. */
  | { readonly status: "poison"; readonly isSlow: boolean };

export class Model {
  readonly accounts = new Map<string, Account>();
  readonly sources = new Map<string, { nextOffset: number; quarantined: Quarantined[] }>();
  /** Accepted ones by id; of the batch that is being judged those have no version yet. */
  readonly #byId = new Map<string, { transaction: Transaction; version: number | null }>();
  version = 0;

  copy(): Model {
    const copy = new Model();
    copy.version = this.version;
    for (const [name, account] of this.accounts) copy.accounts.set(name, account);
    for (const [id, use] of this.#byId) copy.#byId.set(id, use);
    for (const [name, { nextOffset, quarantined }] of this.sources)
      copy.sources.set(name, { nextOffset, quarantined: [...quarantined] });
    return copy;
  }

  rightOf(candidate: unknown, { rules, slowRules }: RuleSet): Right {
    const transaction = transactionOf(candidate);
    if (transaction === undefined)
      return { status: "rejected", reasons: ["SCHEMA"], mayThrow: false };
    const use = this.#byId.get(transaction.id);
    if (use !== undefined && isSame(use.transaction, transaction))
      return { status: "repeated", version: use.version };
    const reasons = use === undefined ? [] : ["ID_CONFLICT"];
    reasons.push(...this.#reasons(transaction));
    let isSlow = false;
    for (const name of slowRules) {
      const answer = slowAnswer(name, transaction);
      if (answer === "fails") isSlow = true;
      else if (answer !== undefined) reasons.push(answer);
    }
    let mayThrow = isSlow;
    for (const name of rules) {
      try {
        const reason = ruleNamed(name).check(transaction, this.accounts);
        if (reason !== undefined) reasons.push(reason);
      } catch {
        mayThrow = true;
      }
    }
    if (reasons.length > 0) return { status: "rejected", reasons, mayThrow };
    return mayThrow ? { status: "poison", isSlow } : { status: "accepted" };
  }

  /** Makes it happen in the entry that is being made. */
  accept(candidate: unknown): void {
    const transaction = transactionOf(candidate);
    if (transaction === undefined) return;
    if (!this.#byId.has(transaction.id))
      this.#byId.set(transaction.id, { transaction, version: null });
    if (transaction.kind === "open") {
      const { account, balanceMin = 0 } = transaction;
      if (!this.accounts.has(account)) this.accounts.set(account, { balance: 0, balanceMin });
      return;
    }
    this.#add(transaction.from, -transaction.cents);
    this.#add(transaction.to, transaction.cents);
  }

  /** The entry that was being made is the next one. */
  seal(): void {
    this.version++;
    for (const [id, use] of this.#byId)
      if (use.version === null) this.#byId.set(id, { ...use, version: this.version });
  }

  #reasons(transaction: Transaction): string[] {
    if (transaction.kind === "open")
      return this.accounts.has(transaction.account) ? ["ACCOUNT_EXISTS"] : [];
    const { from, to, cents } = transaction;
    const giver = this.accounts.get(from);
    const taker = this.accounts.get(to);
    const reasons: string[] = [];
    if (from === to) reasons.push("SAME_ACCOUNT");
    if (giver === undefined || taker === undefined) reasons.push("UNKNOWN_ACCOUNT");
    if (giver !== undefined && giver.balance - cents < giver.balanceMin)
      reasons.push("INSUFFICIENT_FUNDS");
    if (taker !== undefined && taker.balance + cents > Number.MAX_SAFE_INTEGER)
      reasons.push("OVERFLOW");
    return reasons;
  }

  #add(name: string, cents: number): void {
    const account = this.accounts.get(name);
    if (account === undefined) return;
    this.accounts.set(name, { ...account, balance: account.balance + cents });
  }
}

/** The candidate, if it is of the schema. */
export function transactionOf(candidate: unknown): Transaction | undefined {
  if (typeof candidate !== "object" || candidate === null || Array.isArray(candidate))
    return undefined;
  const { kind, id } = candidate as Partial<Transaction>;
  if (!isText(id)) return undefined;
  if (kind === "open") {
    const { account, balanceMin } = candidate as Partial<OpenAccount>;
    const isLimit =
      balanceMin === undefined || (Number.isSafeInteger(balanceMin) && balanceMin <= 0);
    return isText(account) && isLimit ? (candidate as OpenAccount) : undefined;
  }
  if (kind === "transfer") {
    const { from, to, cents } = candidate as Partial<Transfer>;
    const isAmount = Number.isSafeInteger(cents) && Number(cents) >= 1;
    return isText(from) && isText(to) && isAmount ? (candidate as Transfer) : undefined;
  }
  return undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length >= 1 && value.length <= 64;
}

function isSame(one: Transaction, other: Transaction): boolean {
  return sameKey(one) === sameKey(other);
}

function sameKey(transaction: Transaction): string {
  return transaction.kind === "open"
    ? JSON.stringify(["open", transaction.account, (transaction.balanceMin ?? 0) + 0])
    : JSON.stringify(["transfer", transaction.from, transaction.to, transaction.cents]);
}

// ── Batches and sources ───────────────────────────────────────────────────────────────────────

export interface JudgedBatch {
  outcomes: Outcome[];
  /** Whether it becomes an entry. */
  isEntry: boolean;
  /** A rule throws, so the commit rejects; or one may throw, if it is asked about what is rejected anyway. */
  hasPoison: boolean;
  mayThrow: boolean;
}

/** The outcomes of a batch, the first reason each, and the model after it. */
export function commitBatch(
  model: Model,
  {
    transactions,
    policy = "all-or-nothing",
  }: { transactions: readonly unknown[]; policy?: string },
  rules: RuleSet,
): JudgedBatch {
  const draft = model.copy();
  const poisoned = new Set<unknown>();
  const suspects = new Set<unknown>();
  let outcomes = transactions.map((candidate): Outcome => {
    const right = draft.rightOf(candidate, rules);
    if (right.status === "accepted") {
      draft.accept(candidate);
      return { status: "accepted" };
    }
    if (right.status === "repeated")
      return { status: "repeated", version: right.version ?? model.version + 1 };
    if (right.status === "rejected") {
      if (right.mayThrow) suspects.add(candidate);
      return { status: "rejected", reason: right.reasons[0] ?? "SCHEMA" };
    }
    poisoned.add(candidate);
    return { status: "rejected", reason: "POISON" };
  });
  const hasPoison = poisoned.size > 0;
  const isWhole = outcomes.every(({ status }) => status !== "rejected");
  if (!isWhole && policy === "all-or-nothing") {
    outcomes = outcomes.map((outcome) =>
      outcome.status === "accepted" ||
      (outcome.status === "repeated" && outcome.version === model.version + 1)
        ? { status: "withheld" }
        : outcome,
    );
  }
  const isEntry = !hasPoison && outcomes.some(({ status }) => status === "accepted");
  if (isEntry) {
    for (const [at, outcome] of outcomes.entries())
      if (outcome.status === "accepted") model.accept(transactions[at]);
    model.seal();
  }
  return { outcomes, isEntry, hasPoison, mayThrow: hasPoison || suspects.size > 0 };
}

/** Candidates of a source, each for itself, as one undisturbed run commits them. */
export function processAll(
  model: Model,
  name: string,
  candidates: readonly unknown[],
  rules: RuleSet,
): { reasons: Map<number, readonly string[]> } {
  const reasons = new Map<number, readonly string[]>();
  for (const [offset, candidate] of candidates.entries()) {
    const right = model.rightOf(candidate, rules);
    if (right.status === "accepted") model.accept(candidate);
    if (right.status === "rejected")
      reasons.set(offset, right.mayThrow ? [...right.reasons, "POISON"] : right.reasons);
    if (right.status === "poison") reasons.set(offset, ["POISON"]);
  }
  model.seal();
  const quarantined = [...reasons].map(([offset, [reason = ""]]) => ({ offset, reason }));
  model.sources.set(name, { nextOffset: candidates.length, quarantined });
  return { reasons };
}
