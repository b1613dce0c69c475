/** Kept tests about single calls: values, copies, arguments, transactions that are over. */
import { block } from "../../harness/source-text.ts";
import { badCalls } from "../bad-calls.ts";
import type { AgingCommit } from "../checks/the-abandoned-expire.ts";
import type { BadCallCase } from "../checks/bad-arguments-are-refused.ts";
import type { OverCase } from "../checks/over-means-over.ts";
import type { ValuesCase } from "../checks/values-come-back-equal.ts";
import type { ChangedCase } from "../checks/values-stay-yours.ts";
import { valueAsCode } from "../values.ts";
import { text } from "./text.ts";

export function valuesAsTest({ entries }: ValuesCase): string[] {
  const [first] = entries;
  return [
    "const store = await openMvccStore();",
    "const values: [key: string, make: () => unknown][] = [",
    ...entries.map(([key, name]) => `  [${text(key)}, ${valueAsCode(name)}],`),
    "];",
    "const writer = store.begin();",
    "for (const [key] of values) expect(writer.get(key)).toBe(undefined);",
    "for (const [key, make] of values) writer.put(key, make());",
    ...block(
      "const holdsAll = (reader: ReturnType<typeof store.begin>) => {",
      ["for (const [key, make] of values) expect(reader.get(key)).toStrictEqual(make());"],
      "};",
    ),
    "holdsAll(writer);",
    "await writer.commit();",
    "const reader = store.begin();",
    "holdsAll(reader);",
    "const range = new Map(reader.range());",
    "for (const [key, make] of values) expect(range.get(key)).toStrictEqual(make());",
    ...(first === undefined
      ? []
      : [
          "// null is a value.",
          "const second = store.begin();",
          `second.put(${text(first[0])}, null);`,
          "await second.commit();",
          `expect(store.begin().get(${text(first[0])})).toBe(null);`,
          "holdsAll(reader);",
        ]),
  ];
}

const changeableAsCode: Readonly<Record<ChangedCase["value"], { make: string; change: string }>> = {
  "an object": { make: "{ n: 1 }", change: "value.n = 2;" },
  "an object in an object": { make: "{ inner: { n: 1 } }", change: "value.inner.n = 2;" },
  "an array": { make: "[1]", change: "value.push(2);" },
  "an object in an array": { make: "[{ n: 1 }]", change: "value[0].n = 2;" },
  "a map": { make: 'new Map([["n", 1]])', change: 'value.set("n", 2);' },
  "an object in a map": {
    make: 'new Map([["inner", { n: 1 }]])',
    change: "for (const inner of value.values()) inner.n = 2;",
  },
  "an object that is a key": {
    make: 'new Map([[{ n: 1 }, "inner"]])',
    change: "for (const key of value.keys()) key.n = 2;",
  },
  "an object in a set": {
    make: "new Set([{ n: 1 }])",
    change: "for (const inner of value) inner.n = 2;",
  },
  "bytes in an object": {
    make: "{ bytes: Uint8Array.from([1]) }",
    change: "value.bytes.fill(2);",
  },
  "a set": { make: "new Set([1])", change: "value.add(2);" },
  "a date": { make: "new Date(1)", change: "value.setTime(2);" },
  "a typed array": { make: "Uint8Array.from([1])", change: "value.fill(2);" },
  "an array buffer": {
    make: "Uint8Array.from([1]).buffer",
    change: "new Uint8Array(value).fill(2);",
  },
};

export function changedAsTest({ value, moment }: ChangedCase): string[] {
  const { make, change } = changeableAsCode[value];
  const at = (now: ChangedCase["moment"], whose: string): string[] =>
    now === moment ? [`change(${whose}); // ${moment}`] : [];
  const isSame = moment.endsWith("read by the same");
  return [
    `const make = () => (${make});`,
    ...block(
      "const change = (copy: unknown) => {",
      ["const value = copy as ReturnType<typeof make>;", change],
      "};",
    ),
    "const store = await openMvccStore();",
    'const rangedBy = (transaction: ReturnType<typeof store.begin>) => new Map(transaction.range()).get("k");',
    ...block(
      "const holds = (transaction: ReturnType<typeof store.begin>) => {",
      [
        'expect(transaction.get("k")).toStrictEqual(make());',
        "expect(rangedBy(transaction)).toStrictEqual(make());",
      ],
      "};",
    ),
    "const writer = store.begin();",
    "const given = make();",
    'writer.put("k", given);',
    ...at("handed in, before the commit", "given"),
    ...at("got by its writer, before the commit", 'writer.get("k")'),
    ...at("ranged by its writer, before the commit", "rangedBy(writer)"),
    "holds(writer);",
    "await writer.commit();",
    ...at("handed in, after the commit", "given"),
    "const reader = store.begin();",
    ...at("got by a reader", 'reader.get("k")'),
    ...at("got by a reader, read by the same", 'reader.get("k")'),
    ...at("ranged by a reader", "rangedBy(reader)"),
    ...at("ranged by a reader, read by the same", "rangedBy(reader)"),
    ...(moment === "the array of a range"
      ? [
          "const array = reader.range();",
          'array.push(["an intruder", 1]);',
          'for (const entry of array) entry[1] = "an intruder";',
        ]
      : []),
    ...(isSame || moment === "the array of a range" ? ["holds(reader);"] : []),
    "holds(store.begin());",
  ];
}

export function badCallAsTest({ call }: BadCallCase): string[] {
  const bad = badCalls.find(({ code }) => code === call);
  if (bad === undefined) return [];
  const error = '{ code: "INVALID_ARGUMENT" }';
  if (bad.on === "openMvccStore") {
    return [
      ...(call.includes("clock")
        ? ["const clock = { now: () => 0, sleep: () => new Promise<void>(() => undefined) };"]
        : []),
      ...(call.includes("disk }") ? ["const disk = createCrashDisk();"] : []),
      "// As plain JavaScript may call it.",
      "const open = openMvccStore as (options: object) => Promise<unknown>;",
      `await expect(open(${call.slice("openMvccStore(".length, -1)})).rejects.toMatchObject(${error});`,
    ];
  }
  const refused = (owner: string): string[] => [
    `// As plain JavaScript may call it.`,
    `const plain${owner} = ${owner} as unknown as Record<string, (...given: unknown[]) => unknown>;`,
    `expect(() => plain${owner}[${text(bad.method)}]?.call(${owner}, ${call.slice(bad.method.length + 1, -1)})).toThrow(`,
    `  expect.objectContaining(${error}),`,
    ");",
  ];
  const isOfStore = bad.on === "store";
  return [
    "const store = await openMvccStore();",
    "const first = store.begin();",
    'first.put("a", 1);',
    "await first.commit();",
    ...(isOfStore ? [] : ["const bystander = store.begin();", ...refused("bystander")]),
    "const writer = store.begin();",
    'writer.put("b", 2);',
    ...refused(isOfStore ? "store" : "writer"),
    'expect(writer.range()).toEqual([["a", 1], ["b", 2]]);',
    "await writer.commit();",
    ...(isOfStore ? [] : ["await bystander.commit(); // it has written nothing"]),
    'expect(store.begin().range()).toEqual([["a", 1], ["b", 2]]);',
  ];
}

export function overAsTest({ ending, call }: OverCase): string[] {
  const closed = '{ code: "CLOSED" }';
  const wrote = ending === "commit without writes" ? [] : ['transaction.put("b", 2);'];
  const endings: Readonly<Record<OverCase["ending"], string[]>> = {
    commit: ["await transaction.commit();"],
    "commit without writes": ["await transaction.commit();"],
    "commit under way": ["const commit = transaction.commit();"],
    rollback: ["transaction.rollback();"],
    close: ["await store.close();"],
  };
  const throws = (code: string): string =>
    `expect(() => { ${code}; }).toThrow(expect.objectContaining(${closed}));`;
  const calls: Readonly<Record<OverCase["call"], string>> = {
    get: throws('transaction.get("a")'),
    range: throws("transaction.range()"),
    put: throws('transaction.put("a", 9)'),
    delete: throws('transaction.delete("a")'),
    begin: throws("store.begin()"),
    commit: `await expect(transaction.commit()).rejects.toMatchObject(${closed});`,
    rollback: "transaction.rollback();",
    close: "await store.close();",
  };
  const isCommitted = ending === "commit" || ending === "commit under way";
  const expected = isCommitted ? '[["a", 1], ["b", 2]]' : '[["a", 1]]';
  return [
    "const store = await openMvccStore();",
    "const first = store.begin();",
    'first.put("a", 1);',
    "await first.commit();",
    "const transaction = store.begin();",
    ...wrote,
    ...endings[ending],
    calls[call],
    ...(ending === "commit under way" ? ["await commit;"] : []),
    ...(ending === "close" ? [] : [`expect(store.begin().range()).toEqual(${expected});`]),
  ];
}

/** The clock leaps between the call of a commit and its answer. */
export function agingCommitAsTest({ commits }: AgingCommit): string[] {
  const isWriter = commits === "with writes";
  return [
    "let now = 0;",
    "const clock = { now: () => now, sleep: () => new Promise<void>(() => undefined) };",
    "const store = await openMvccStore({ transactionAgeMsMax: 1000, clock });",
    "const first = store.begin();",
    'first.put("a", 1);',
    "await first.commit();",
    "const transaction = store.begin();",
    isWriter ? 'transaction.put("a", 2);' : 'transaction.get("a");',
    "const commit = transaction.commit();",
    "now = 1001; // and whose commit has been called does not expire any more",
    "await commit;",
    `expect(store.begin().get("a")).toBe(${isWriter ? 2 : 1});`,
  ];
}
