/**
 * Readers that cut a text wherever something ends a line, as the line readers of many libraries do.
 *
 * Wrong: only the line feed does. A separator that stands in the midst of a name tears a transaction in two.
 */
import type { TransactionReader } from "#katas/ledger/contract.ts";
import { jsonLine, readerOf, readerWith, type TextSource } from "./parts/lines.ts";

export { createCommitValidator, createTaskPool } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/readers-agree",
  level: 6,
  misconception: "a library knows best where a line ends",
} as const;

export function createTransactionReader(source: TextSource): TransactionReader {
  if (source.format !== "json-lines") return readerOf(source);
  return readerWith(source.text.replaceAll(/[\u2028\u2029]/g, "\n"), jsonLine);
}
