/**
 * Text into candidates. Each format is a function of one line, so another one is another entry in a table;
 * a source of another kind, a bucket or a queue, is another `TransactionReader`.
 */
import { InvalidArgumentError } from "#platform/errors.ts";
import type { CreateTransactionReader, TransactionReader } from "#katas/ledger/contract.ts";

/** What stands in a line, or the line itself when it cannot be understood. */
type Format = (line: string) => unknown;

const formats: ReadonlyMap<string, Format> = new Map([
  ["json-lines", readJson],
  ["csv", readCommas],
]);

export const createTransactionReader: CreateTransactionReader = ({ format, text }) => {
  const readLine = formats.get(format);
  if (readLine === undefined) {
    const known = [...formats.keys()].join(", ");
    throw new InvalidArgumentError(`Expected a format among ${known}, got ${format}.`);
  }
  return new TextReader(text, readLine);
};

class TextReader implements TransactionReader {
  readonly #lines: readonly string[];
  readonly #readLine: Format;

  constructor(text: string, readLine: Format) {
    const lines = text.split("\n");
    // Behind the last line break stands no line.
    this.#lines = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
    this.#readLine = readLine;
  }

  async *read(offset: number) {
    for (let at = offset; at < this.#lines.length; at++) {
      yield { offset: at, transaction: this.#readLine(this.#lines[at] ?? "") };
    }
  }
}

function readJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return line;
  }
}

function readCommas(line: string): unknown {
  const [kind, id, ...fields] = line.split(",");
  if (kind === "open" && fields.length === 2) {
    const [account, balanceMin] = fields;
    if (balanceMin === "") return { kind, id, account };
    return { kind, id, account, balanceMin: numberOf(balanceMin) };
  }
  if (kind === "transfer" && fields.length === 3) {
    const [from, to, cents] = fields;
    return { kind, id, from, to, cents: numberOf(cents) };
  }
  return line;
}

/** `Number` alone would make 0 of nothing, and a number of "0x10". */
function numberOf(field = ""): unknown {
  return /^-?\d+$/.test(field) ? Number(field) : field;
}
