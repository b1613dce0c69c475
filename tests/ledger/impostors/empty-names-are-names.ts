/**
 * A schema check that asks for types, and for no more.
 *
 * Wrong: an empty id or account is nobody's, and one of a thousand characters is not what the contract allows.
 */
import type {
  CommitValidator,
  CommitValidatorOptions,
  Transaction,
} from "#katas/ledger/contract.ts";
import { Book } from "./parts/book.ts";

export { createTaskPool, createTransactionReader } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/what-is-no-transaction-is-rejected",
  level: 1,
  misconception: "a text is a text however long or short it is",
} as const;

export function createCommitValidator(options: CommitValidatorOptions): CommitValidator {
  return new LenientBook(options);
}

class LenientBook extends Book {
  protected override transactionOf(candidate: unknown): Transaction | undefined {
    const known = super.transactionOf(candidate);
    if (known !== undefined || candidate === null || typeof candidate !== "object") return known;
    const { id, from, to, account } = candidate as Record<string, unknown>;
    const texts = [id, from, to, account].filter((text) => text !== undefined);
    if (!texts.every((text) => typeof text === "string")) return undefined;
    const shortened = {
      ...candidate,
      id: "id",
      ...(from === undefined ? {} : { from: "from" }),
      ...(to === undefined ? {} : { to: "to" }),
      ...(account === undefined ? {} : { account: "account" }),
    };
    if (super.transactionOf(shortened) === undefined) return undefined;
    return candidate as Transaction;
  }
}
