/** How trees of strings are written in a test. */
import type { StoreWords } from "../../harness/key-value/as-test/text.ts";

export const words: StoreWords = {
  factory: "openLsmTree",
  file: "./lsm-tree.ts",
  data: (expression) => expression,
  text: (expression) => expression,
  shown: (tree, key) => `await shownBy(${tree}, ${key})`,
  ownCall: (tree, { kind, given = [] }) =>
    kind === "range"
      ? `entriesOf(${tree}.range(${given.map((text) => JSON.stringify(text)).join(", ")}))`
      : `${tree}.${kind}()`,
  ownReads: ({ kind }) => (kind === "range" ? { call: "range()", helper: rangeRead } : undefined),
};

/** A range is a read of every key: so it is recorded where clients overlap. */
const rangeRead = [
  `const range = async () => {`,
  `  const calledAt = now++;`,
  `  const inRange = new Map(await entriesOf(store.range()));`,
  `  const answeredAt = now++;`,
  `  for (const key of names) calls.push({ key, kind: "read", value: inRange.get(key), calledAt, answeredAt });`,
  `};`,
];

const entriesHelper = [
  `const entriesOf = async (range: AsyncIterable<readonly [string, string]>) => {`,
  `  const entries: (readonly [string, string])[] = [];`,
  `  for await (const entry of range) entries.push(entry);`,
  `  return entries;`,
  `};`,
];

const shownHelper = [
  `/** What a key shows, by get and by a range, which must not disagree. */`,
  `const shownBy = async (tree: Awaited<ReturnType<typeof openLsmTree>>, key: string) => {`,
  `  const value = await tree.get(key);`,
  `  const inRange = new Map(await entriesOf(tree.range()));`,
  "  expect(inRange.get(key), `${key} in a range`).toBe(value);",
  `  return value;`,
  `};`,
];

/** The helpers that the lines use, before them. */
export function withHelpers(lines: readonly string[]): string[] {
  const uses = (name: string, in_: readonly string[]): boolean =>
    in_.some((line) => line.includes(`${name}(`));
  const shown = uses("shownBy", lines) ? shownHelper : [];
  const entries = uses("entriesOf", [...shown, ...lines]) ? entriesHelper : [];
  return [...entries, ...shown, ...lines];
}
