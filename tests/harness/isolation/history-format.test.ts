import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readTransactions } from "./history-format.ts";
import { judgeIsolation } from "./judge.ts";

test("a tutorial: three lines in, a history out", () => {
  const history = readTransactions(
    [
      '{"client":0,"operations":[["append","a",1],["read","b",[]]],"calledAt":0,"settledAt":1}',
      '{"client":1,"name":"audit","operations":[["range","a","c",{"a":[1]}]],"calledAt":2,"settledAt":3}',
      '{"client":2,"operations":[["read","a",null],["append","b",2]],"calledAt":4}',
    ].join("\n"),
  );
  expect(history).toEqual({
    format: "systems-katas JSON",
    transactions: [
      {
        line: 1,
        client: 0,
        operations: [
          { call: "append", key: "a", element: "1" },
          { call: "read", key: "b", elements: [] },
        ],
        calledAt: 0,
        settledAt: 1,
        outcome: "ok",
      },
      {
        line: 2,
        client: 1,
        name: "audit",
        operations: [{ call: "range", from: "a", to: "c", found: new Map([["a", ["1"]]]) }],
        calledAt: 2,
        settledAt: 3,
        outcome: "ok",
      },
      {
        line: 3,
        client: 2,
        operations: [
          { call: "read", key: "a", elements: undefined },
          { call: "append", key: "b", element: "2" },
        ],
        calledAt: 4,
        settledAt: Infinity,
        outcome: "maybe",
      },
    ],
  });
});

test("the good example of the README is serializable, and the bad one is not even snapshot isolation", () => {
  const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
  const example = (name: string) =>
    new RegExp(`\`\`\`jsonl ${name}\\n([^\`]*)\`\`\``).exec(readme)?.[1] ?? "";
  expect(example("good").trim().split("\n")).toHaveLength(4);
  expect(verdictOf(example("good"), "serializable")).toBe("ok");
  expect(example("bad").trim().split("\n")).toHaveLength(4);
  expect(verdictOf(example("bad"), "snapshot-isolation")).toBe("illegal");
});

test("JSON Lines and one array say the same", () => {
  const first = '{"client":0,"operations":[["append","a",1]],"calledAt":0,"settledAt":1}';
  const second = '{"client":0,"operations":[["read","a",[1]]],"calledAt":2,"settledAt":3}';
  const lines = readTransactions(`${first}\n${second}\n`);
  expect(readTransactions(`[${first},\n${second}]`)).toEqual(lines);
});

const edn = `[{:type :invoke, :f :txn, :value [[:append 5 1] [:r 6 nil]], :process 0, :time 10, :index 0}
 {:type :invoke, :f :txn, :value [[:r 5 nil]], :process 1, :time 11, :index 1}
 {:type :info, :f :start-partition, :value nil, :process :nemesis}
 {:type :ok, :f :txn, :value [[:append 5 1] [:r 6 nil]], :process 0, :time 12, :index 2}
 {:type :ok, :f :txn, :value [[:r 5 [1]]], :process 1, :time 13, :index 3}
 {:type :invoke, :f :txn, :value [[:append 6 1]], :process 0, :time 14, :index 4}
 {:type :fail, :f :txn, :value [[:append 6 1]], :error :conflict, :process 0, :time 15, :index 5}
 {:type :invoke, :f :txn, :value [[:append 6 2] [:r 5 nil]], :process 0, :time 16, :index 6}
 {:type :info, :f :txn, :value [[:append 6 2] [:r 5 nil]], :error :timeout, :process 0, :time 17, :index 7}
 {:type :invoke, :f :txn, :value [[:append 6 3]], :process 2, :time 18, :index 8}]`;

const recorded = {
  outcomes: ["ok", "ok", "failed", "maybe", "maybe"],
  settledAt: [2, 3, 5, Infinity, Infinity],
};

test("a vector of Elle's maps is read: nil in an ok is an empty list, and unanswered reads were not seen", () => {
  const { format, transactions } = readTransactions(edn);
  expect(format).toBe("Jepsen EDN");
  expect(transactions.map(({ outcome }) => outcome)).toEqual(recorded.outcomes);
  expect(transactions.map(({ settledAt }) => settledAt)).toEqual(recorded.settledAt);
  expect(transactions[0]?.operations).toEqual([
    { call: "append", key: "5", element: "1" },
    { call: "read", key: "6", elements: [] },
  ]);
  expect(transactions[3]?.operations[1]).toEqual({ call: "read", key: "5", elements: undefined });
  expect(verdictOf(edn, "serializable")).toBe("ok");
  expect(verdictOf(edn.replace("[[:r 5 [1]]]", "[[:r 5 [2]]]"), "serializable")).toBe("illegal");
});

test("the same one map a line, and without :f, is the same history", () => {
  const lines = edn.slice(1, -1);
  expect(readTransactions(lines)).toEqual(readTransactions(edn));
  expect(readTransactions(lines.replaceAll(":f :txn, ", ""))).toEqual(readTransactions(edn));
});

test("Jepsen's maps as JSON are read, as an array and as lines", () => {
  const events = [
    '{"type":"invoke","f":"txn","value":[["append",5,1],["r",5,null]],"process":0,"index":0}',
    '{"type":"ok","f":"txn","value":[["append",5,1],["r",5,[1]]],"process":0,"index":1}',
    '{"type":"info","f":"kill","value":null,"process":"nemesis","index":2}',
    '{"type":"invoke","f":"txn","value":[["r",5,null]],"process":1,"index":3}',
    '{"type":"ok","f":"txn","value":[["r",5,[1]]],"process":1,"index":4}',
  ];
  expect(readTransactions(`[${events.join(",\n")}]`).format).toBe("Jepsen JSON");
  expect(verdictOf(events.join("\n"), "serializable")).toBe("ok");
  expect(verdictOf(events.join("\n").replace(',["r",5,[1]]', ',["r",5,[]]'), "serializable")).toBe(
    "illegal",
  );
});

test("completions alone are a history, as Elle's own examples write it; nothing is known of their time", () => {
  const completions = (seen: string) => `[{:type :ok, :value [[:append :x 1] [:r :y ${seen}]]}
 {:type :fail, :value [[:append :y 2]]}
 {:type :info, :value [[:append :y 1] [:r :x nil]]}
 {:type :ok, :value [[:r :x nil]]}]`;
  const { transactions } = readTransactions(completions("[1]"));
  expect(transactions.map(({ client, outcome }) => [client, outcome])).toEqual([
    [0, "ok"],
    [1, "failed"],
    [2, "maybe"],
    [3, "ok"],
  ]);
  expect(verdictOf(completions("[1]"), "serializable")).toBe("ok");
  expect(verdictOf(completions("[2]"), "serializable")).toBe("illegal");
  const realTime = { model: "serializable", realTime: true } as const;
  expect(judgeIsolation(transactions, realTime).verdict).toBe("ok");
  const json = '[{"type":"ok","value":[["append","x",1]]},{"type":"ok","value":[["r","x",[1]]]}]';
  expect(verdictOf(json, "serializable")).toBe("ok");
  expect(verdictOf(json.replace("[1]]]", "[2]]]"), "serializable")).toBe("illegal");
});

test("an invocation may leave out the place in which its read will be answered", () => {
  const history = (seen: string) =>
    `{:type :invoke, :process 0, :value [[:append :x 1] [:r :x]]}
{:type :ok, :process 0, :value [[:append :x 1] [:r :x ${seen}]]}`;
  expect(verdictOf(history("[1]"), "serializable")).toBe("ok");
  expect(verdictOf(history("nil"), "serializable")).toBe("illegal");
});

test.each([
  ["nil", "nil", ":nil"],
  ["a symbol", "x", "y"],
  ["a boolean", "true", "false"],
  ["a vector or list", '[1 "a" :b nil]', '(1 "b" :a nil)'],
  ["a set, whatever its order", "#{1 2}", "#{3 2}"],
  ["a map, whatever its order", "{:a 1, [2] #{3}}", "{:a 1, [2] #{4}}"],
])("a key may be %s", (_, key, other) => {
  const sameKey: Record<string, string> = {
    '[1 "a" :b nil]': '(1, "a", :b, nil)',
    "#{1 2}": "#{2 1}",
    "{:a 1, [2] #{3}}": "{[2] #{3} :a 1}",
  };
  const history = (appended: string, read: string) => `[
    {:type :ok, :process 0, :value [[:append ${appended} 1]]}
    {:type :ok, :process 1, :value [[:r ${read} [1]]]}]`;
  expect(verdictOf(history(key, sameKey[key] ?? key), "serializable")).toBe("ok");
  expect(verdictOf(history(key, other), "serializable")).toBe("illegal");
});

test("what a nemesis did may be written in any way that Clojure prints", () => {
  const nemesis = `{:type :info, :process :nemesis, :f :kill, :value #:node{:load ##Inf, :lag ##-Inf},
 :error #error {:cause "x" :via [{:type java.net.SocketException :at [foo.bar$baz__12 invoke "f.clj" 1]}]}}`;
  const history = (seen: string) => `#jepsen.history.Op{:type :ok, :value [[:append :x 1]]}
${nemesis}
#jepsen.history.Op {:type :ok, :value [[:r :x ${seen}]]}`;
  expect(verdictOf(history("[1]"), "serializable")).toBe("ok");
  expect(verdictOf(history("[1 ##NaN]"), "serializable")).toBe("illegal");
});

test("log lines are read, and lines of other loggers are left out", () => {
  const log = [
    "INFO  jepsen.core - Worker 0 starting",
    "INFO  jepsen.util - 0\t:invoke\t:txn\t[[:append 5 1] [:r 5 nil]]",
    "INFO  jepsen.util - :nemesis\t:info\t:start\t#<whatever this is",
    "2024-02-01 10:00:00,124{GMT}\tWARN\t[jepsen worker 1] jepsen.generator.interpreter: Process 1 crashed",
    "java.net.SocketTimeoutException: Read timed out",
    "\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:283)",
    "Caused by: java.io.IOException: reset",
    "\t... 24 more",
    "2024-02-01 10:00:01,000{GMT}\tINFO\t[jepsen worker 0] jepsen.util: 0\t:ok\t:txn\t[[:append 5 1] [:r 5 [1]]]",
    "INFO  jepsen.util - 1\t:invoke\t:txn\t[[:r 5 nil]]",
    "INFO  jepsen.util - 1\t:fail\t:txn\t[[:r 5 nil]]\t:conflict",
  ].join("\n");
  const { format, transactions } = readTransactions(log);
  expect(format).toBe("Jepsen log");
  expect(transactions.map(({ line, outcome }) => [line, outcome])).toEqual([
    [2, "ok"],
    [10, "failed"],
  ]);
});

const window = '"client":0,"calledAt":0,"settledAt":1';
const malformed: readonly (readonly [what: string, text: string, message: string])[] = [
  ["an empty file", " \n", "Line 1: expected a history, got an empty file."],
  ["no transactions", "[]", "Line 1: expected at least one transaction, got none."],
  [
    "prose",
    "\nhello\n",
    "Line 2: expected a history of transactions in JSON or EDN, or lines like “0 :invoke :txn [[:append 1 2]]”, got hello.",
  ],
  [
    "an unknown operation",
    `{${window},"operations":[\n["write","a",1]]}`,
    'Line 2: expected ["append", key, element], ["read", key, elements] or ["range", from, to, found], got ["write" "a" 1].',
  ],
  [
    "a read without its answer",
    `{${window},"operations":[["read","a"]]}`,
    'Line 1: expected ["append", key, element]',
  ],
  [
    "an answer that is no list",
    `{${window},"operations":[["read","a",1]]}`,
    "Line 1: expected the elements of a list as a sequence, got 1.",
  ],
  [
    "a range that found what it did not look for",
    `{${window},"operations":[["range","a","c",{"c":[1]}]]}`,
    'Line 1: expected only keys from "a" and before "c", got "c".',
  ],
  [
    "a range that found no object",
    `{${window},"operations":[["range","a",null,[1]]]}`,
    "Line 1: expected what a range found as an object, a field a key, got [1].",
  ],
  [
    "an unknown field",
    `{${window},"operations":[],\n"at":1}`,
    "Line 2: expected only the fields name, client, operations, calledAt, settledAt, outcome, got `at`.",
  ],
  ["a missing field", `{${window}}`, "Line 1: expected the field `operations`, got {client 0"],
  [
    "no object",
    `[{${window},"operations":[]},1]`,
    "Line 1: expected a transaction as an object, got 1.",
  ],
  [
    "a name that is no string",
    `{${window},"operations":[],"name":1}`,
    "Line 1: expected `name` to be a string, got 1.",
  ],
  [
    "an ok that was never answered",
    '{"client":0,"calledAt":0,"operations":[],"outcome":"ok"}',
    "Line 1: expected `settledAt` in a transaction that is ok, got {client 0",
  ],
  [
    "time running backwards",
    '{"client":0,"calledAt":2,"settledAt":1,"operations":[]}',
    "Line 1: expected `settledAt` not before `calledAt` 2, got 1.",
  ],
  [
    "an element appended twice",
    `{${window},"operations":[["append","a",1]]}\n{${window},"operations":[["append","a",1]]}`,
    "Line 2: expected every element to be appended to a list once, got 1 for a again, as on line 1.",
  ],
  [
    "a number and a string of the same text",
    `{${window},"operations":[["append","a",1]]}\n{${window},"operations":[["read","a",["1"]]]}`,
    'Line 2: expected a number like the 1 of line 1, got the string "1".',
  ],
  [
    "broken EDN",
    "[{:type :invoke,\n :process 0",
    "Line 2: expected the end of the “{” that line 1 opens, got the end of the text.",
  ],
  [
    "a history of registers",
    "{:type :invoke, :f :write, :value 1, :process 0}",
    "Line 1: expected :f to be one of txn, got :write.",
  ],
  [
    "a micro-operation that is none",
    "{:type :invoke, :f :txn, :value [[:r 1 nil]\n [:w 1 2]], :process 0}",
    "Line 2: expected [:append key element] or [:r key elements], got [:w 1 2].",
  ],
  [
    "a transaction that is no sequence",
    "{:type :invoke, :f :txn, :value 3, :process 0}",
    "Line 1: expected a transaction as a sequence of operations, got 3.",
  ],
  [
    "an answer to another transaction",
    "0 :invoke :txn [[:r 1 nil]]\n0 :ok :txn [[:r 2 [3]]]",
    "Line 2: expected the operations of the transaction that line 1 invokes, got [[:r 2 [3]]].",
  ],
  [
    "a process that does two things at once",
    "0 :invoke :txn [[:r 1 nil]]\n0 :invoke :txn [[:r 1 nil]]",
    "Line 2: expected process 0 to settle what it invoked on line 1, got :invoke :txn.",
  ],
  [
    "a completion out of nothing",
    "0 :invoke :txn [[:r 1 nil]]\n1 :ok :txn [[:r 1 [3]]]",
    "Line 2: expected process 1 to invoke before it settles, got :ok :txn.",
  ],
];

test.each(malformed)(
  "%s is refused with its line, what was expected and what came",
  (_, text, message) => {
    expect(() => readTransactions(text)).toThrow(message);
  },
);

function verdictOf(text: string, model: "snapshot-isolation" | "serializable"): string {
  return judgeIsolation(readTransactions(text).transactions, { model }).verdict;
}
