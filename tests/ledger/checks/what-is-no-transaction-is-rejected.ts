/**
 * Whatever is not of the schema is rejected with SCHEMA, and nothing else is.
 *
 * Each oddity stands between two good transactions of a "valid-only" batch: it is rejected alone. The edges of
 * what is allowed are tried as well: texts of 64 characters, the largest amount, an absent limit.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { type Item, open, openings, pay, type Script } from "../script.ts";
import { pick, randomOf } from "../workload.ts";

const largest = Number.MAX_SAFE_INTEGER;
const long = (length: number): Item => ({ repeat: ["x", length] });
const odd = (name: string): Item => ({ $: name });

const amounts: readonly Item[] = [
  0,
  -1,
  1.5,
  0.1,
  odd("NaN"),
  odd("Infinity"),
  odd("-Infinity"),
  odd("undefined"),
  odd("-0"),
  odd("bigint"),
  null,
  "5",
  "",
  [],
  [5],
  {},
  true,
  largest + 1,
  1e21,
  -largest,
];
const limits: readonly Item[] = [
  1,
  0.5,
  -0.5,
  odd("NaN"),
  odd("-Infinity"),
  odd("Infinity"),
  null,
  "0",
  "",
  [],
  {},
  false,
  odd("bigint"),
  -largest - 1,
  largest,
];
const texts: readonly Item[] = [
  "",
  null,
  5,
  odd("undefined"),
  [],
  ["ann"],
  {},
  true,
  long(65),
  odd("NaN"),
];

const wrong: readonly Item[] = [
  null,
  5,
  "transfer",
  "",
  true,
  [],
  {},
  odd("undefined"),
  odd("NaN"),
  odd("bigint"),
  ["transfer", "t", "bank", "ann", 5],
  { id: "x", from: "bank", to: "ann", cents: 5 },
  { kind: "close", id: "x", account: "ann" },
  { kind: "Transfer", id: "x", from: "bank", to: "ann", cents: 5 },
  { kind: ["transfer"], id: "x", from: "bank", to: "ann", cents: 5 },
  { kind: "toString", id: "x", account: "new" },
  { kind: "__proto__", id: "x", account: "new" },
  { kind: "transfer", id: "x", to: "ann", cents: 5 },
  { kind: "transfer", id: "x", from: "bank", cents: 5 },
  { kind: "transfer", id: "x", from: "bank", to: "ann" },
  { kind: "transfer", from: "bank", to: "ann", cents: 5 },
  { kind: "open", id: "x" },
  { kind: "open", account: "new" },
  ...amounts.map((cents) => pay("x", "bank", "ann", cents)),
  ...limits.map((balanceMin) => ({ kind: "open", id: "x", account: "new", balanceMin })),
  ...texts.flatMap((text) => [
    { kind: "transfer", id: text, from: "bank", to: "ann", cents: 5 },
    { kind: "transfer", id: "x", from: text, to: "ann", cents: 5 },
    { kind: "transfer", id: "x", from: "bank", to: text, cents: 5 },
    { kind: "open", id: text, account: "new" },
    { kind: "open", id: "x", account: text },
  ]),
];

const right: readonly Item[] = [
  pay("r1", "bank", "ann", 1),
  { kind: "open", id: "r2", account: "none", balanceMin: odd("undefined") },
  { kind: "open", id: "r3", account: "minus", balanceMin: odd("-0") },
  { kind: "open", id: "r4", account: "deep", balanceMin: -largest },
  { kind: "open", id: long(64), account: long(64) },
  { kind: "open", id: "r6", account: "🦆" },
  open("x", 0, "y"),
  { kind: "transfer", id: "r8", from: "bank", to: long(64), cents: 1 },
];

function batchOf(items: readonly Item[]): Script {
  const batch = [pay("first", "bank", "ann", 3), ...items, pay("last", "ann", "bob", 3)];
  return {
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "commit", batch, policy: "valid-only" },
      ],
    ],
    order: [],
  };
}

export const whatIsNoTransactionIsRejected = scriptExperiment({
  promise: "ledger/what-is-no-transaction-is-rejected",
  breaks: ["schema"],
  *cases(budget) {
    yield batchOf(wrong);
    yield batchOf(right);
    for (let round = 0; round < rounds(budget, 40); round++) {
      const random = randomOf(budget.seed, round);
      yield batchOf(Array.from({ length: 5 }, () => pick(random, wrong)));
    }
  },
});
