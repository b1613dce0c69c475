/**
 * Calls outside the contract, by level: what clearly is no key, no value, no option. Values that the contract
 * leaves open, such as null for an option, are left out.
 */
import { createCrashDisk } from "#platform/testing/crash-disk.ts";
import { ManualClock } from "#platform/testing/manual-clock.ts";

export type BadCallOwner = "transaction" | "store" | "openMvccStore";

export interface BadCall {
  level: number;
  on: BadCallOwner;
  method: "get" | "range" | "put" | "delete" | "begin" | "openMvccStore";
  /** The arguments as code, which is how the call is told and kept. */
  code: string;
  given: () => unknown[];
}

/** Values as code, and made anew for each call. */
const noTexts: readonly Argument[] = [
  ["7", () => 7],
  ["null", () => null],
  ["{}", () => ({})],
  ['["a"]', () => ["a"]],
  ['Symbol("a")', () => Symbol("a")],
];
const noKeys: readonly Argument[] = [
  ...noTexts,
  ["undefined", () => undefined],
  [String.raw`"\ud800"`, () => "\ud800"],
  [String.raw`"a\udc00"`, () => "a\udc00"],
  [String.raw`"\udc00\ud800"`, () => "\udc00\ud800"],
  ['"x".repeat(1025)', () => "x".repeat(1025)],
  // Fewer characters than that, and more code units.
  [String.raw`"\u{1f600}".repeat(513)`, () => "\u{1f600}".repeat(513)],
];
const noBounds = noKeys.filter(([code]) => code !== "undefined" && code !== "null");
const noValues: readonly Argument[] = [
  ["undefined", () => undefined],
  ["() => 1", () => () => 1],
  ['Symbol("s")', () => Symbol("s")],
  ["{ call() {} }", () => ({ call() {} })],
  ["[1, [() => 1]]", () => [1, [() => 1]]],
  ['{ deep: { symbol: Symbol("s") } }', () => ({ deep: { symbol: Symbol("s") } })],
  ['new Map([["k", () => 1]])', () => new Map([["k", () => 1]])],
  ["new Set([() => 1])", () => new Set([() => 1])],
];
const noAges: readonly Argument[] = [
  ["0", () => 0],
  ["-1", () => -1],
  ["NaN", () => Number.NaN],
  ["Infinity", () => Number.POSITIVE_INFINITY],
  ['"5"', () => "5"],
];
const noCounts: readonly Argument[] = [
  ["0", () => 0],
  ["-1", () => -1],
  ["1.5", () => 1.5],
  ["NaN", () => Number.NaN],
  ['"3"', () => "3"],
];

type Argument = readonly [code: string, make: () => unknown];

function onTransaction(
  method: "get" | "range" | "put" | "delete",
  values: readonly Argument[],
  given: (value: unknown) => unknown[] = (value) => [value],
  code: (value: string) => string = (value) => value,
): BadCall[] {
  return values.map(([text, make]) => ({
    level: 1,
    on: "transaction",
    method,
    code: `${method}(${code(text)})`,
    given: () => given(make()),
  }));
}

function onOpening(
  level: number,
  option: string,
  values: readonly Argument[],
  others = "",
): BadCall[] {
  return values.map(([text, make]) => ({
    level,
    on: "openMvccStore",
    method: "openMvccStore",
    code: `openMvccStore({ ${option}: ${text}${others} })`,
    given: () => [{ [option]: make(), ...(others === "" ? {} : { clock: new ManualClock() }) }],
  }));
}

export const badCalls: readonly BadCall[] = [
  ...onTransaction("get", noKeys),
  ...onTransaction("delete", noKeys),
  ...onTransaction(
    "put",
    noKeys,
    (key) => [key, 9],
    (key) => `${key}, 9`,
  ),
  ...onTransaction(
    "put",
    noValues,
    (value) => ["b", value],
    (value) => `"b", ${value}`,
  ),
  ...onTransaction(
    "put",
    noValues.slice(0, 4),
    (value) => ["new", value],
    (value) => `"new", ${value}`,
  ),
  ...onTransaction("range", noBounds),
  ...onTransaction(
    "range",
    noBounds,
    (end) => ["a", end],
    (end) => `"a", ${end}`,
  ),
  // An end that is not behind the start makes no key of what is none.
  ...onTransaction(
    "range",
    noBounds,
    (end) => ["z", end],
    (end) => `"z", ${end}`,
  ),
  ...onTransaction(
    "range",
    noBounds,
    (start) => [start, ""],
    (start) => `${start}, ""`,
  ),
  ...["serialisable", "", "SNAPSHOT"].map((isolation): BadCall => ({
    level: 3,
    on: "store",
    method: "begin",
    code: `begin({ isolation: ${JSON.stringify(isolation)} })`,
    given: () => [{ isolation }],
  })),
  {
    level: 3,
    on: "store",
    method: "begin",
    code: "begin({ isolation: 7 })",
    given: () => [{ isolation: 7 }],
  },
  ...onOpening(4, "transactionAgeMsMax", noAges, ", clock"),
  {
    level: 4,
    on: "openMvccStore",
    method: "openMvccStore",
    code: "openMvccStore({ transactionAgeMsMax: 1000 })",
    given: () => [{ transactionAgeMsMax: 1000 }],
  },
  ...onOpening(5, "commitsWaitingMax", noCounts),
  {
    level: 5,
    on: "openMvccStore",
    method: "openMvccStore",
    code: 'openMvccStore({ directory: "store" })',
    given: () => [{ directory: "store" }],
  },
  {
    level: 5,
    on: "openMvccStore",
    method: "openMvccStore",
    code: "openMvccStore({ disk })",
    given: () => [{ disk: createCrashDisk() }],
  },
];
