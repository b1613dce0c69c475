/** What a transaction is. A service of its own: it knows no accounts and no rules. */
import type { OpenAccount, Transaction, Transfer } from "#katas/ledger/contract.ts";

export const textLengthMax = 64;

/** The candidate as a transaction, without anything else that was in it; undefined when it is none. */
export function transactionOf(candidate: unknown): Transaction | undefined {
  if (typeof candidate !== "object" || candidate === null) return undefined;
  const { kind, id } = candidate as Partial<Transaction>;
  if (!isText(id)) return undefined;
  if (kind === "open") {
    const { account, balanceMin } = candidate as Partial<OpenAccount>;
    if (!isText(account)) return undefined;
    if (balanceMin === undefined) return { kind, id, account };
    return isWhole(balanceMin) && balanceMin <= 0 ? { kind, id, account, balanceMin } : undefined;
  }
  if (kind === "transfer") {
    const { from, to, cents } = candidate as Partial<Transfer>;
    if (!isText(from) || !isText(to) || !isWhole(cents) || cents < 1) return undefined;
    return { kind, id, from, to, cents };
  }
  return undefined;
}

export function isSameTransaction(one: Transaction, other: Transaction): boolean {
  if (one.kind === "open" && other.kind === "open") {
    const { balanceMin = 0 } = one;
    return one.account === other.account && balanceMin === (other.balanceMin ?? 0);
  }
  if (one.kind === "transfer" && other.kind === "transfer") {
    return one.from === other.from && one.to === other.to && one.cents === other.cents;
  }
  return false;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length >= 1 && value.length <= textLengthMax;
}

/** No fraction, not NaN, and exact: beyond 2⁵³ a number may stand for its neighbour. */
function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
