/**
 * After histories that were published, as lists that only grow: what Elle tests itself with, what its paper shows of four
 * databases, and those by which Adya told the levels apart. Where the original overwrites registers, each write is an append.
 */
import { expect, test } from "vitest";
import type { AnomalyKind } from "./anomaly.ts";
import { readTransactions } from "./history-format.ts";
import { type IsolationModel, judgeIsolation } from "./judge.ts";

type Published = readonly [
  what: string,
  model: IsolationModel,
  /** The worst of what is wrong, or that it is legal. */
  found: AnomalyKind | "ok",
  /** The operations of transactions that are ok, unless the line says otherwise. */
  ...transactions: string[],
];

const [si, serializable] = ["snapshot-isolation", "serializable"] as const;

const published: readonly Published[] = [
  // Elle's tests of list-append.
  [
    "g0",
    si,
    "G0",
    "[:append :x 1] [:append :y 2]",
    "[:append :x 2] [:append :y 1]",
    "[:r :x [1 2]] [:r :y [1 2]]",
  ],
  [
    "g0, in one order",
    serializable,
    "ok",
    "[:append :x 1] [:append :y 1]",
    "[:append :x 2] [:append :y 2]",
    "[:r :x [1 2]] [:r :y [1 2]]",
  ],
  ["g1a", si, "G1a", ":fail [:append :x 1]", "[:r :x [1]]"],
  [
    "g1a, of one that may have committed",
    serializable,
    "ok",
    ":info [:append :x 1]",
    "[:r :x [1]]",
  ],
  ["dirty update", si, "G1a", ":fail [:append :x 1]", "[:append :x 2]", "[:r :x [1 2]]"],
  [
    "dirty update, of nothing",
    serializable,
    "ok",
    ":fail [:append :x 1]",
    "[:append :x 2]",
    "[:r :x [2]]",
  ],
  ["g1b", si, "G1b", "[:append :x 1] [:append :x 2]", "[:r :x [1]]"],
  [
    "g1b, of its own",
    serializable,
    "ok",
    "[:append :x 1] [:r :x [1]] [:append :x 2]",
    "[:r :x [1 2]]",
  ],
  [
    "g1c",
    si,
    "G1c",
    "[:append :x 1] [:r :y [1]]",
    "[:append :x 2] [:append :y 1]",
    "[:r :x [1 2]]",
  ],
  [
    "g1c, the other way round",
    serializable,
    "ok",
    "[:append :x 2] [:r :y [1]]",
    "[:append :x 1] [:append :y 1]",
    "[:r :x [1 2]]",
  ],
  [
    "g-single",
    si,
    "read-skew",
    "[:append :x 1] [:append :y 1]",
    "[:append :x 2] [:r :y nil]",
    "[:r :x [1 2]]",
  ],
  [
    "g2-item",
    serializable,
    "write-skew",
    "[:append :x 1] [:r :y nil]",
    "[:append :y 1] [:r :x nil]",
  ],
  [
    "g2-item, under snapshot isolation",
    si,
    "ok",
    "[:append :x 1] [:r :y nil]",
    "[:append :y 1] [:r :x nil]",
  ],
  ["internal", si, "internal", "[:append :x 1]", "[:r :x [1]] [:append :x 2] [:r :x [1]]"],
  [
    "internal, right",
    serializable,
    "ok",
    "[:append :x 1]",
    "[:r :x [1]] [:append :x 2] [:r :x [1 2]]",
  ],
  [
    "internal, with another's append behind its own",
    si,
    "internal",
    "[:append :x 1] [:append :x 2]",
    "[:append :x 3] [:r :x [1 2 3 4]]",
    "[:append :x 4]",
  ],
  [
    "incompatible order",
    si,
    "incompatible-order",
    "[:append :x 1]",
    "[:append :x 2]",
    "[:append :x 3]",
    "[:r :x [1 2]]",
    "[:r :x [1 3]]",
  ],
  ["duplicate elements", si, "duplicate", "[:append :x 1]", "[:append :x 2]", "[:r :x [1 2 1]]"],
  ["an element out of nowhere", si, "garbage", "[:append :x 1]", "[:r :x [2]]"],
  [
    "lost update",
    si,
    "lost-update",
    "[:append :x 0]",
    "[:r :x [0]] [:append :x 1]",
    "[:r :x [0]] [:append :x 2]",
    "[:r :x [0 1 2]]",
  ],
  [
    "no update lost",
    serializable,
    "ok",
    "[:append :x 0]",
    "[:r :x [0]] [:append :x 1]",
    "[:r :x [0 1]] [:append :x 2]",
    "[:r :x [0 1 2]]",
  ],
  [
    "long fork",
    si,
    "long-fork",
    "[:append :x 1]",
    "[:append :y 1]",
    "[:r :x [1]] [:r :y nil]",
    "[:r :x nil] [:r :y [1]]",
  ],

  // The databases of Elle's paper.
  [
    "TiDB, whose retries lost updates",
    si,
    "lost-update",
    "[:append 34 2]",
    "[:append 34 1]",
    "[:r 34 [2 1]] [:append 36 5] [:append 34 4]",
    "[:append 34 5]",
    "[:r 34 [2 1 5 4]]",
  ],
  [
    "YugaByte DB, with anti-dependencies after a crash",
    serializable,
    "write-skew",
    "[:append 3 837] [:r 4 nil]",
    "[:append 4 874] [:append 7 885] [:r 3 nil]",
    "[:r 3 [837]] [:r 4 [874]]",
  ],
  ["FaunaDB, whose reads missed own writes", si, "internal", "[:append 0 6] [:r 0 nil]"],
  [
    "Dgraph, which answered from an old state",
    serializable,
    "ok",
    "[:append 541 1]",
    "[:r 541 nil]",
    "[:append 541 2] [:r 541 [1 2]]",
  ],

  // Adya's thesis.
  [
    "H-serial",
    serializable,
    "ok",
    "[:append :x 1] [:append :y 1] [:append :z 1]",
    "[:append :x 2] [:append :y 2]",
    "[:r :x [1 2]] [:r :y [1 2]] [:append :z 3]",
    "[:r :z [1 3]]",
  ],
  [
    "H-wcycle",
    si,
    "G0",
    "[:append :x 2] [:append :y 5]",
    "[:append :x 5] [:append :y 8]",
    "[:r :x [2 5]] [:r :y [8 5]]",
  ],
  ["H-interleaved", si, "G1c", "[:append :x 1] [:r :y [2]]", "[:append :y 2] [:r :x [1]]"],
  [
    "H-phantom, with its sum",
    si,
    "read-skew",
    "[:append :sum 10]",
    "[:r :sales nil] [:r :sum [10 20]]",
    "[:append :sales 10] [:r :sum [10]] [:append :sum 20]",
  ],
  [
    "H-phantom, before the sale",
    serializable,
    "ok",
    "[:append :sum 10]",
    "[:r :sales nil] [:r :sum [10]]",
    "[:append :sales 10] [:r :sum [10]] [:append :sum 20]",
  ],
  ["H-non-SI", si, "read-skew", "[:append :x 1] [:append :y 1]", "[:r :x nil] [:r :y [1]]"],
];

const cases = published.map(([what, model, found, ...transactions]) => ({
  what,
  model,
  found,
  transactions,
}));

test.each(cases)("$what, $model: $found", ({ model, found, transactions }) => {
  for (const text of [asInvokedAndCompleted(transactions), asCompleted(transactions)]) {
    const verdict = judgeIsolation(readTransactions(text).transactions, { model });
    const kind = verdict.verdict === "illegal" ? verdict.anomalies[0].kind : verdict.verdict;
    expect(kind, text).toBe(found);
  }
});

/** Elle's own examples are no more than that. */
function asCompleted(transactions: readonly string[]): string {
  return transactions.map((line) => `{:value ${valueOf(line)}, :type ${typeOf(line)}}`).join("\n");
}

function asInvokedAndCompleted(transactions: readonly string[]): string {
  const events = transactions.flatMap((line, index) => {
    const [value, head] = [valueOf(line), `{:process ${index}, :f :txn, :type`];
    const invoked = value.replaceAll(/\[:r (\S+) (?:\[[^\]]*\]|nil)\]/g, "[:r $1 nil]");
    return [`${head} :invoke, :value ${invoked}}`, `${head} ${typeOf(line)}, :value ${value}}`];
  });
  return `[${events.join("\n ")}]`;
}

function typeOf(line: string): string {
  return /^:\w+/.exec(line)?.[0] ?? ":ok";
}

function valueOf(line: string): string {
  return `[${line.replace(/^:\w+ /, "")}]`;
}
