/**
 * What this kata declares about its trees: keys and values are strings, and a tree can flush, tell a range and
 * compact.
 */
import type { Entry, LsmTree, LsmTreeOptions, Subject } from "#katas/lsm-tree/contract.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { inWords } from "../harness/in-words.ts";
import type { StoreKata } from "../harness/key-value/store-kata.ts";
import { type Share, shortValue } from "../harness/key-value/workload.ts";

/** The options that a check may give. */
export type Options = Pick<
  LsmTreeOptions,
  "memtableThreshold" | "compaction" | "writersWaitingMax"
>;

export const lsmTree: StoreKata<Subject, LsmTree, Options> = {
  kata,
  factory: "openLsmTree",
  open: (exports, place, options) => exports.openLsmTree({ ...place, ...options }),
  put: (tree, key, text) => tree.put(key, text),
  delete: (tree, key) => tree.delete(key),
  get: (tree, key) => tree.get(key),
  close: (tree) => tree.close(),
  textOf,
  own: {
    flush: { level: 1, letter: "f", perform: (tree) => tree.flush() },
    range: {
      level: 2,
      letter: "r",
      async perform(tree, { given: [start, end] = [] }) {
        return rangeText(await entriesOf(tree.range(start, end)));
      },
    },
    compact: { level: 5, letter: "c", perform: (tree) => tree.compact() },
  },
  mayPushBack: ({ writersWaitingMax }) => writersWaitingMax !== undefined,
  readAll,
};

/** The same trees, read by ranges of one key instead of gets. */
export const readByRange: StoreKata<Subject, LsmTree, Options> = {
  ...lsmTree,
  async get(tree, key) {
    const iterator = tree.range(key, `${key}\0`)[Symbol.asyncIterator]();
    const first = await iterator.next();
    if (first.done === true) return undefined;
    await iterator.return?.();
    const [shown, value] = entryOf(first.value);
    if (shown !== key) throw new TypeError(`Expected a range of ${key} alone, got ${shown}.`);
    return value;
  },
};

function textOf(answer: unknown): string | undefined {
  if (answer === undefined || typeof answer === "string") return answer;
  throw new TypeError(`Expected get to answer with a string or undefined, got ${inWords(answer)}.`);
}

/** An entry as it came; throws a TypeError for what is none. */
export function entryOf(answer: unknown): Entry {
  if (Array.isArray(answer) && answer.length === 2) {
    const [key, value] = answer as unknown[];
    if (typeof key === "string" && typeof value === "string") return [key, value];
  }
  throw new TypeError(`Expected an entry [key, value] of two strings, got ${inWords(answer)}.`);
}

/** A range read to its end. Looked at only then: an entry stays what it was when the next one comes. */
export async function entriesOf(range: AsyncIterable<Entry>): Promise<Entry[]> {
  const entries: unknown[] = [];
  for await (const entry of range) entries.push(entry);
  return entries.map(entryOf);
}

/** "a=1 b=3": entries in words. */
export function rangeText(entries: readonly Entry[]): string {
  return entries.map(([key, value]) => `${key}=${shortValue(value)}`).join(" ");
}

/** What every key shows after a recovery: by get, and by a range, which must not disagree. */
async function readAll(
  tree: LsmTree,
  keys: readonly string[],
  asks: (call: string) => void,
): Promise<(string | undefined)[]> {
  asks("range");
  const inRange = new Map(await entriesOf(tree.range()));
  const values: (string | undefined)[] = [];
  for (const key of keys) {
    asks(`get ${key}`);
    const got = textOf(await tree.get(key));
    const ranged = inRange.get(key);
    values.push(
      got === ranged ? got : `${shortValue(ranged)} in a range, ${shortValue(got)} by get`,
    );
  }
  for (const key of inRange.keys())
    if (!keys.includes(key))
      throw new TypeError(`Expected no key in a range but those written, got ${key}`);
  return values;
}

/** So many of the operations are flushes. */
export function flushing(share: number): Share {
  return { share, draw: () => ({ kind: "flush" }) };
}

/** So many of the operations are compactions. */
export function compacting(share: number): Share {
  return { share, draw: () => ({ kind: "compact" }) };
}

/** So many of the operations are ranges over everything. */
export function ranging(share: number): Share {
  return { share, draw: () => ({ kind: "range" }) };
}
