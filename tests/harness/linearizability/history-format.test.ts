import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { History } from "./history-format.ts";
import { readHistory } from "./history-format.ts";
import { judgeLinearizability } from "./judge.ts";
import { keyValueModel, registerModel, startingWith } from "./models.ts";

test("a tutorial: four lines in, a history out", () => {
  const history = readHistory(
    [
      '{"client":0,"call":"write","value":1,"calledAt":0,"settledAt":1}',
      '{"client":1,"call":"cas","from":1,"to":2,"calledAt":2}',
      '{"client":2,"call":"read","answer":2,"calledAt":3,"settledAt":4}',
      '{"client":2,"call":"read","answer":null,"calledAt":5,"settledAt":6,"outcome":"failed"}',
    ].join("\n"),
  );
  expect(history).toEqual({
    format: "systems-katas JSON",
    model: "register",
    initial: null,
    lines: [1, 2, 3, 4],
    operations: [
      {
        client: 0,
        input: { call: "write", key: "", value: "1" },
        output: undefined,
        calledAt: 0,
        settledAt: 1,
        outcome: "ok",
      },
      {
        client: 1,
        input: { call: "cas", key: "", from: "1", to: "2" },
        output: undefined,
        calledAt: 2,
        settledAt: Infinity,
        outcome: "maybe",
      },
      {
        client: 2,
        input: { call: "read", key: "" },
        output: "2",
        calledAt: 3,
        settledAt: 4,
        outcome: "ok",
      },
      {
        client: 2,
        input: { call: "read", key: "" },
        output: null,
        calledAt: 5,
        settledAt: 6,
        outcome: "failed",
      },
    ],
  });
});

test("the good example of the README is linearizable and the bad one is not", () => {
  const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
  const example = (name: string) =>
    new RegExp(`\`\`\`jsonl ${name}\\n([^\`]*)\`\`\``).exec(readme)?.[1] ?? "";
  expect(example("good").trim().split("\n")).toHaveLength(4);
  expect(verdictOf(example("good"))).toBe("ok");
  expect(example("bad").trim().split("\n")).toHaveLength(4);
  expect(verdictOf(example("bad"))).toBe("illegal");
});

test("JSON Lines with a header, one array and one object say the same", () => {
  const put = '{"client":0,"call":"put","key":"a","value":"1","calledAt":0,"settledAt":1}';
  const get = '{"client":0,"call":"get","key":"b","answer":"","calledAt":2,"settledAt":3}';
  const lines = readHistory(`{"model":"key-value","initial":""}\n${put}\n${get}\n`);
  const object = readHistory(`{"model":"key-value","initial":"","operations":[${put},\n${get}]}`);
  expect(lines.initial).toBe("");
  expect(object.operations).toEqual(lines.operations);
  expect(readHistory(`[\n${put},\n${get}\n]`).operations).toEqual(lines.operations);
});

test("EDN maps with keys of their own are read, and an unwritten key is empty where nobody sees nil", () => {
  const history = `
{:process 0, :type :invoke, :f :get, :key "k", :value nil}
{:process 1, :type :invoke, :f :append, :key "k", :value "a "}
{:process 0, :type :ok, :f :get, :key "k", :value ""}
{:process 1, :type :ok, :f :append, :key "k", :value "a "}
{:process 1, :type :invoke, :f :append, :key "k", :value "\\"b\\""}
{:process 1, :type :ok, :f :append, :key "k", :value "\\"b\\""}
{:process 0, :type :invoke, :f :get, :key "k", :value nil}
`;
  const good = `${history}{:process 0, :type :ok, :f :get, :key "k", :value "a \\"b\\""}`;
  expect(readHistory(good)).toMatchObject({
    format: "Jepsen EDN",
    model: "key-value",
    initial: "",
  });
  expect(verdictOf(good)).toBe("ok");
  expect(verdictOf(`${history}{:process 0, :type :ok, :f :get, :key "k", :value "a "}`)).toBe(
    "illegal",
  );
});

test("where somebody sees nil, an unwritten key is absent", () => {
  const history = `{:process 0, :type :invoke, :f :get, :key "k", :value nil}
{:process 0, :type :ok, :f :get, :key "k", :value nil}`;
  expect(readHistory(history).initial).toBeNull();
  expect(verdictOf(history)).toBe("ok");
});

test("log lines are read: a write that timed out may happen late, a failed cas and a failed read are no evidence", () => {
  const history = [
    "INFO  jepsen.core - Worker 0 starting",
    "INFO  jepsen.util - 0\t:invoke\t:write\t1",
    "INFO  jepsen.util - 0\t:ok\t:write\t1",
    "INFO  jepsen.util - 1\t:invoke\t:write\t2",
    "INFO  jepsen.util - :nemesis\t:info\t:start\t#<whatever this is",
    "INFO  jepsen.util - 2\t:invoke\t:cas\t[1 3]",
    "INFO  jepsen.util - 2\t:fail\t:cas\t[1 3]",
    "INFO  jepsen.util - 3\t:invoke\t:read\tnil",
    "INFO  jepsen.util - 3\t:fail\t:read\t:timed-out",
    "INFO  jepsen.util - 1\t:info\t:write\t:timed-out",
    "INFO  jepsen.util - 0\t:invoke\t:read\tnil",
    "INFO  jepsen.util - 0\t:ok\t:read\t1",
    "INFO  jepsen.util - 0\t:invoke\t:read\tnil",
    "INFO  jepsen.util - 0\t:ok\t:read\t2",
  ].join("\n");
  expect(readHistory(history)).toMatchObject({
    format: "Jepsen log",
    model: "register",
    lines: [2, 4, 6, 8, 11, 13],
  });
  expect(readHistory(history).operations.map(({ outcome }) => outcome)).toEqual([
    "ok",
    "maybe",
    "failed",
    "failed",
    "ok",
    "ok",
  ]);
  expect(verdictOf(history)).toBe("ok");
  expect(verdictOf(history.replace(":ok\t:read\t2", ":ok\t:read\t3"))).toBe("illegal");
});

test("lines without a logger before them are read, and what follows a value is the error", () => {
  const history =
    "0\t:invoke\t:write\t1\n0\t:info\t:write\t1\tclojure.lang.ExceptionInfo: throw+: {:a\n1 :invoke :read nil\n1 :ok :read 1";
  expect(verdictOf(history)).toBe("ok");
});

test("a vector of EDN maps is read, with comments, tags, times and an operation never completed", () => {
  const history = `; recorded by hand
[{:type :invoke, :f :write, :value 0, :process 0, :time 12, :index 0}
 {:type :ok,     :f :write, :value 0, :process 0, :time 15, :index 1} #_ {:left :out}
 #jepsen.history.Op{:type :invoke, :f :cas, :value [0 1], :process 1, :time 16, :index 2}
 {:type :info, :f :start-partition, :process :nemesis, :value #{:n1 "n2" \\c 1.5 2/3}}
 {:type :invoke, :f :read, :value nil, :process 0, :time 17, :index 3}
 {:type :ok,     :f :read, :value 1, :process 0, :time 18, :index 4}]`;
  const { operations } = readHistory(history);
  expect(operations.map(({ outcome, settledAt }) => [outcome, settledAt])).toEqual([
    ["ok", 1],
    ["maybe", Infinity],
    ["ok", 4],
  ]);
  expect(verdictOf(history)).toBe("ok");
});

test("independent keys in tuples are told apart, the cas among them", () => {
  const history = `[{:type :invoke, :f :write, :value [1 5], :process 0}
 {:type :ok, :f :write, :value [1 5], :process 0}
 {:type :invoke, :f :read, :value [2 nil], :process 0}
 {:type :ok, :f :read, :value [2 nil], :process 0}
 {:type :invoke, :f :cas, :value [1 [5 6]], :process 0}
 {:type :ok, :f :cas, :value [1 [5 6]], :process 0}
 {:type :invoke, :f :read, :value [1 nil], :process 0}
 {:type :ok, :f :read, :value [1 6], :process 0}]`;
  expect(readHistory(history).operations.map(({ input }) => input.key)).toEqual([
    "1",
    "2",
    "1",
    "1",
  ]);
  expect(verdictOf(history)).toBe("ok");
  expect(verdictOf(history.replace(":value [1 6]", ":value [1 5]"))).toBe("illegal");
});

test("keys and values of any kind are told apart", () => {
  const history = (read: string, seen: string) =>
    `[{:type :invoke, :f :put, :key [1 "a"], :value #{1 2}, :process 0}
 {:type :ok, :f :put, :key [1 "a"], :value #{1 2}, :process 0}
 {:type :invoke, :f :get, :key ${read}, :value nil, :process 0}
 {:type :ok, :f :get, :key ${read}, :value ${seen}, :process 0}]`;
  expect(verdictOf(history('[1 "a"]', "#{2 1}"))).toBe("ok");
  expect(verdictOf(history('[1 "a"]', "#{2 3}"))).toBe("illegal");
  expect(verdictOf(history('[1 "b"]', "#{2 1}"))).toBe("illegal");
});

test("Jepsen's maps as JSON are read, as an array and as lines", () => {
  const events = [
    '{"type":"invoke","f":"write","value":3,"process":0,"time":1,"index":0}',
    '{"type":"ok","f":"write","value":3,"process":0,"time":2,"index":1}',
    '{"type":"info","f":"kill","value":null,"process":"nemesis","time":3,"index":2}',
    '{"type":"invoke","f":"read","value":null,"process":1,"time":4,"index":3}',
    '{"type":"ok","f":"read","value":3,"process":1,"time":5,"index":4}',
  ];
  expect(readHistory(`[${events.join(",\n")}]`)).toMatchObject({
    format: "Jepsen JSON",
    model: "register",
  });
  expect(verdictOf(events.join("\n"))).toBe("ok");
  expect(
    verdictOf(events.join("\n").replace('"value":3,"process":1', '"value":4,"process":1')),
  ).toBe("illegal");
});

test("a history of reads and writes can be judged as one of gets and puts", () => {
  const history = '{"client":0,"call":"write","value":"1","calledAt":0,"settledAt":1}';
  expect(readHistory(history, { model: "key-value" }).operations[0]?.input).toEqual({
    call: "put",
    key: "",
    value: "1",
  });
});

const ok = '"client":0,"calledAt":0,"settledAt":1';
const malformed: readonly (readonly [what: string, text: string, message: string])[] = [
  ["an empty file", " \n", "Line 1: expected a history, got an empty file."],
  ["no operations", "[]", "Line 1: expected at least one operation, got none."],
  [
    "another kind of file",
    "\n# Notes\n",
    "Line 2: expected a history in JSON or EDN, or lines like “0 :invoke :write 3”, got # Notes.",
  ],
  [
    "prose",
    "hello\n",
    "Line 1: expected a history in JSON or EDN, or lines like “0 :invoke :write 3”, got hello.",
  ],
  [
    "an unknown call",
    `{${ok},"call":"reed"}`,
    'Line 1: expected `call` to be one of read, write, cas, get, put, delete, append, got "reed".',
  ],
  ["a missing field", `{${ok},"call":"put"}`, "Line 1: expected the field `value`, got {client 0"],
  [
    "an unknown field",
    `{${ok},"call":"read","answer":null,\n"at":1}`,
    "Line 2: expected only the fields client, call, key, value, from, to, answer, calledAt, settledAt, outcome, got `at`.",
  ],
  [
    "a read without its answer",
    `{${ok},"call":"read"}`,
    "Line 1: expected the `answer` of a read that is ok, got none.",
  ],
  [
    "an answer of a put",
    `{${ok},"call":"put","value":"1","answer":"1"}`,
    'Line 1: expected no `answer` in a put, got "1".',
  ],
  [
    "a value that is no scalar",
    `{${ok},"call":"put","value":[1]}`,
    "Line 1: expected a string or a number, got [1].",
  ],
  [
    "a put of nothing",
    `{${ok},"call":"put","value":null}`,
    "Line 1: expected a value to store, got nil.",
  ],
  [
    "time running backwards",
    '{"client":0,"call":"write","value":"1","calledAt":2,"settledAt":1}',
    "Line 1: expected `settledAt` not before `calledAt` 2, got 1.",
  ],
  [
    "two vocabularies",
    `{${ok},"call":"write","value":"1"}\n{${ok},"call":"get","answer":"1"}`,
    "Line 2: expected a call of the same model as the “write” of line 1, got “get”.",
  ],
  [
    "a number and a string of the same text",
    `{${ok},"call":"write","value":1}\n{${ok},"call":"read","answer":"1"}`,
    'Line 2: expected a number like the 1 of line 1, got the string "1".',
  ],
  [
    "broken JSON",
    '{"client":0,\n"call" "read"}',
    'Line 2: expected “:” after "call", got "read"}.',
  ],
  [
    "broken EDN",
    "[{:type :invoke,\n :process 0",
    "Line 2: expected the end of the “{” that line 1 opens, got the end of the text.",
  ],
  [
    "an EDN map of odd length",
    "[\n{:type}]",
    "Line 2: expected a map with a value for every key, got 1 forms.",
  ],
  [
    "an event without a process",
    "[{:type :invoke, :f :read, :value nil}]",
    "Line 1: expected the field process, got",
  ],
  [
    "an unknown :f",
    "[\n{:type :invoke, :f :txn, :value [], :process 0}]",
    "Line 2: expected :f to be one of read, write, cas, get, put, delete, append, got :txn.",
  ],
  [
    "a completion out of nothing",
    "0 :ok :read 1",
    "Line 1: expected process 0 to invoke before it settles, got :ok :read.",
  ],
  [
    "two invocations at once",
    "0 :invoke :read nil\n0 :invoke :read nil",
    "Line 2: expected process 0 to settle what it invoked on line 1, got :invoke :read.",
  ],
  [
    "another completion",
    "0 :invoke :read nil\n0 :ok :write 1",
    "Line 2: expected process 0 to settle the :read of line 1, got :ok :write.",
  ],
  [
    "a misspelt event in a log",
    "0 :invoke :read nil\n0 :okay :read 1",
    "Line 2: expected “process :type :f value”, as in “0 :invoke :write 3”, got 0 :okay :read 1.",
  ],
  [
    "a cas without a pair",
    "0 :invoke :cas 1",
    "Line 1: expected the value of a cas to be [from to], got 1.",
  ],
  [
    "a tuple among plain values",
    "0 :invoke :read nil\n0 :ok :read 1\n0 :invoke :write [1 2]",
    "Line 3: expected a value without a key, as in the first operation, got [1 2].",
  ],
];

test.each(malformed)(
  "%s is refused with its line, what was expected and what came",
  (_, text, message) => {
    expect(() => readHistory(text)).toThrow(message);
  },
);

function verdictOf(text: string): string {
  return judge(readHistory(text));
}

function judge(history: History): string {
  const budget = { nodesMax: 100_000 };
  return history.model === "register"
    ? judgeLinearizability(startingWith(registerModel, history.initial), history.operations, budget)
        .verdict
    : judgeLinearizability(startingWith(keyValueModel, history.initial), history.operations, budget)
        .verdict;
}
