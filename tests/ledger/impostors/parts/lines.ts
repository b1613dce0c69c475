/** Right readers of their own, for both formats. */
import type { Candidate, TransactionReader } from "#katas/ledger/contract.ts";
import { must } from "./checked.ts";

export interface TextSource {
  format: string;
  text: string;
}

export type LineReader = (line: string) => unknown;

export function readerOf({ format, text }: TextSource): TransactionReader {
  must(format === "json-lines" || format === "csv", "Expected a format that there is.");
  return readerWith(text, format === "csv" ? csvLine : jsonLine);
}

export function readerWith(text: string, understand: LineReader): TransactionReader {
  const lines = linesOf(text);
  return {
    async *read(from: number): AsyncGenerator<Candidate> {
      for (const [offset, line] of lines.entries())
        if (offset >= from) yield { offset, transaction: understand(line) };
    },
  };
}

export function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

export function jsonLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

export function csvLine(line: string): unknown {
  const fields = line.split(",");
  const [kind, id, first, second, third] = fields;
  if (kind === "open" && fields.length === 4)
    return second === ""
      ? { kind, id, account: first }
      : { kind, id, account: first, balanceMin: decimal(second) };
  if (kind === "transfer" && fields.length === 5)
    return { kind, id, from: first, to: second, cents: decimal(third) };
  return line;
}

function decimal(text = ""): unknown {
  return /^-?[0-9]+$/.test(text) ? Number(text) : text;
}
