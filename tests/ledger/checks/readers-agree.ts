/**
 * The same transactions as JSON lines and as CSV are the same candidates, from any offset.
 *
 * The texts are written from the candidates, so what each line must be is known; some lines cannot be understood
 * in either format. Both are read from several offsets, twice, and by two who read at the same time.
 */
import { isDeepStrictEqual } from "node:util";
import type { Candidate, TransactionReader } from "#katas/ledger/contract.ts";
import { transactionOf } from "../model.ts";
import { rounds, talkExperiment, type Talk } from "../ledger-experiment.ts";
import { type Item, open, openings, pay, shorter, shown, valueOf } from "../script.ts";
import { Drawer, pick, randomOf } from "../workload.ts";

export interface ReaderCase {
  format: "json-lines" | "csv";
  /**
   * A transaction, or a text that is no line of the format. `{ odd }` is a line whose number is none: whatever it is
   * read as must not be a transaction.
   */
  lines: Item[];
  from: number;
  /** Whether the last line is ended, too. */
  isEnded: boolean;
}

const broken: Readonly<Record<ReaderCase["format"], string[]>> = {
  "json-lines": ["no JSON", "{", "transfer,t1,bank,ann,5", "undefined", "{'kind':'open'}"],
  csv: [
    "no fields",
    "close,t1,ann",
    "open,t1",
    "open,t1,ann",
    "open,t1,ann,0,0",
    "transfer,t1,ann,bob",
    "transfer,t1,ann,bob,5,5",
    " open,t1,ann,",
    "Transfer,t1,ann,bob,5",
    "transfer",
    ",",
    "{}",
  ],
};

const noNumbers = [
  "",
  " ",
  "0x10",
  "1e3",
  "5.0",
  " 5",
  "5 ",
  "+5",
  "--5",
  "5n",
  "1_000",
  "٣",
  "NaN",
  "-",
];
const oddLines: readonly Item[] = noNumbers.flatMap((number) => [
  { odd: `transfer,t1,bank,ann,${number}` },
  ...(number === "" ? [] : [{ odd: `open,o1,cash,${number}` }]),
]);

function* cases(seed: number, effort: number): Iterable<ReaderCase> {
  const plain = [
    ...openings,
    open("cash", -7),
    pay("t1", "bank", "ann", 5),
    pay("t2", "ann", "bob", 9_007_199_254_740_991),
  ];
  for (const format of ["json-lines", "csv"] as const) {
    yield { format, lines: [], from: 0, isEnded: true };
    for (const isEnded of [true, false])
      for (const from of [0, 1, 6, 7, 9]) yield { format, lines: plain, from, isEnded };
    yield { format, lines: broken[format], from: 0, isEnded: true };
    yield {
      format,
      lines: ["x", ...plain.slice(0, 2), ...broken[format].slice(0, 2)],
      from: 2,
      isEnded: false,
    };
    if (format === "csv") yield { format, lines: [...oddLines], from: 0, isEnded: true };
    const strange = [
      open("ä \t🦆"),
      open("__proto__"),
      pay("a'b", "x;y", "\\n", 3),
      open("null", 0),
    ];
    yield { format, lines: strange, from: 0, isEnded: true };
    // What ends a line elsewhere stands in the midst of a text; in CSV no text has a line break.
    if (format === "json-lines")
      yield {
        format,
        lines: [open("a\u2028b"), open("c\u2029d"), open("e\u0085f")],
        from: 0,
        isEnded: true,
      };
  }
  for (let round = 0; round < effort; round++) {
    const random = randomOf(seed, round);
    const drawer = new Drawer(random);
    const format = pick(random, ["json-lines", "csv"] as const);
    const lines = Array.from({ length: random.below(12) }, () =>
      random.below(4) === 0 ? pick(random, broken[format]) : drawer.transaction(),
    );
    yield { format, lines, from: random.below(lines.length + 2), isEnded: random.below(2) === 0 };
  }
}

export const readersAgree = talkExperiment<ReaderCase>({
  promise: "ledger/readers-agree",
  *cases(budget) {
    yield* cases(budget.seed, rounds(budget, 60));
  },
  async judge(talk, testCase) {
    const { format, from } = testCase;
    const text = textOf(testCase);
    const what = `createTransactionReader({ format: "${format}", text: ${shown(text)} })`;
    const reader = talk.call(what, () => talk.exports.createTransactionReader({ format, text }));
    talk.tell(what, "made");
    const expected = expectedOf(testCase);
    for (const turn of ["", ", once more"]) {
      const reading = `read from ${from}${turn}`;
      compare(talk, reading, await talk.answer(reading, () => all(reader, from)), expected);
    }
    const both = await talk.answer("two read at the same time", () =>
      Promise.all([all(reader, from), all(reader, 0)]),
    );
    compare(talk, `read from ${from}, while another reads from 0`, both[0], expected);
  },
  *smaller(testCase) {
    for (const lines of shorter(testCase.lines)) yield { ...testCase, lines };
    if (testCase.from > 0) yield { ...testCase, from: testCase.from - 1 };
  },
});

export function textOf({ format, lines, isEnded }: ReaderCase): string {
  const written = lines.map((line) => lineOf(format, valueOf(line)));
  return written.join("\n") + (isEnded && written.length > 0 ? "\n" : "");
}

function lineOf(format: string, line: unknown): string {
  if (typeof line === "string") return line;
  if (isOdd(line)) return line.odd;
  if (format === "json-lines") return JSON.stringify(line);
  const { kind, id, account, balanceMin, from, to, cents } = line as Record<string, string>;
  return kind === "open"
    ? `open,${id},${account},${balanceMin ?? ""}`
    : `transfer,${id},${from},${to},${cents}`;
}

export function isOdd(line: unknown): line is { odd: string } {
  return typeof line === "object" && line !== null && "odd" in line;
}

export function expectedOf({ lines, from }: ReaderCase): Candidate[] {
  return lines.map((line, offset) => ({ offset, transaction: valueOf(line) })).slice(from);
}

async function all(reader: TransactionReader, from: number): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for await (const { offset, transaction } of reader.read(from)) {
    candidates.push({ offset, transaction });
    if (candidates.length > 100) break;
  }
  return candidates;
}

function compare(talk: Talk, what: string, got: Candidate[], expected: Candidate[]): void {
  const at = Math.max(
    expected.findIndex((one, index) => !isAlike(one, got[index])),
    got.length > expected.length ? expected.length : -1,
  );
  if (at === -1) {
    talk.tell(what, `${got.length} candidates`, "answer");
    return;
  }
  const [one, other] = [got[at], expected[at]];
  const therefore =
    other === undefined
      ? `There are ${expected.length} candidates from there, and it gives another: ${shown(one)}.`
      : one === undefined
        ? `It ends before ${shown(other)}.`
        : isOdd(other.transaction)
          ? `The line ${other.transaction.odd} has no number where one should be, so it is no transaction, and it gives ${shown(one)}.`
          : `The candidate is ${shown(other)}, and it gives ${shown(one)}.`;
  talk.broken(what, shown(one), "candidate", therefore);
}

/** Absent and undefined are the same; whether an object has a prototype does not matter. */
function isAlike(one: Candidate, other: Candidate | undefined): boolean {
  if (other !== undefined && isOdd(one.transaction))
    return one.offset === other.offset && transactionOf(other.transaction) === undefined;
  const plain = (value: unknown): unknown =>
    typeof value === "object" && value !== null
      ? Object.entries(value)
          .filter(([, content]) => content !== undefined)
          .sort()
      : value;
  return (
    other !== undefined &&
    one.offset === other.offset &&
    isDeepStrictEqual(plain(one.transaction), plain(other.transaction))
  );
}
