/**
 * Readers that make numbers of everything that the language makes numbers of.
 *
 * Wrong: an empty field becomes 0 and 0x10 becomes 16, as if somebody had written that.
 */
import type { TransactionReader } from "#katas/ledger/contract.ts";
import { csvLine, readerOf, readerWith, type TextSource } from "./parts/lines.ts";

export { createCommitValidator, createTaskPool } from "./parts/subject.ts";

export const level = 6;
export const impostor = {
  promise: "ledger/readers-agree",
  level: 6,
  misconception: "the language knows best what a number is",
} as const;

export function createTransactionReader(source: TextSource): TransactionReader {
  if (source.format !== "csv") return readerOf(source);
  return readerWith(source.text, (line) => {
    const [kind, id, from, to, cents, ...rest] = line.split(",");
    if (kind !== "transfer" || cents === undefined || rest.length > 0) return csvLine(line);
    return { kind, id, from, to, cents: Number(cents) };
  });
}
