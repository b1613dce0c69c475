/** What one commit writes, and what a transaction is. */
import { Buffer } from "node:buffer";
import type { Account, Quarantined, Transaction } from "#katas/ledger/contract.ts";

export interface Page {
  /** Who wrote it: no two commits have the same. */
  writer: string;
  transactions: readonly Transaction[];
  source?: { name: string; nextOffset: number; quarantined: readonly Quarantined[] };
}

export function bytesOfPage(page: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(page));
}

export function pageOf(bytes: Uint8Array): Page {
  return JSON.parse(Buffer.from(bytes).toString()) as Page;
}

export function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 64;
}

/** The candidate, if it is a transaction, with nothing but what the contract names. */
export function asTransaction(candidate: unknown): Transaction | undefined {
  if (candidate === null || typeof candidate !== "object") return undefined;
  const { kind, id, account, balanceMin, from, to, cents } = candidate as Record<string, unknown>;
  if (!isName(id)) return undefined;
  if (kind === "open" && isName(account)) {
    if (balanceMin === undefined) return { kind, id, account };
    if (!Number.isSafeInteger(balanceMin) || (balanceMin as number) > 0) return undefined;
    return { kind, id, account, balanceMin: balanceMin as number };
  }
  if (kind !== "transfer" || !isName(from) || !isName(to)) return undefined;
  if (!Number.isSafeInteger(cents) || (cents as number) < 1) return undefined;
  return { kind, id, from, to, cents: cents as number };
}

/** Equal for transactions that are the same. */
export function payloadOf(transaction: Transaction): string {
  return JSON.stringify(
    transaction.kind === "open"
      ? ["open", transaction.account, (transaction.balanceMin ?? 0) + 0]
      : ["transfer", transaction.from, transaction.to, transaction.cents],
  );
}

export function apply(transaction: Transaction, accounts: Map<string, Account>): void {
  if (transaction.kind === "open") {
    const { account, balanceMin = 0 } = transaction;
    accounts.set(account, { balance: 0, balanceMin });
    return;
  }
  const { from, to, cents } = transaction;
  move(accounts, from, -cents);
  move(accounts, to, cents);
}

export function move(accounts: Map<string, Account>, name: string, cents: number): void {
  const { balance, balanceMin } = accounts.get(name) ?? { balance: 0, balanceMin: 0 };
  accounts.set(name, { balance: balance + cents, balanceMin });
}
