import { inspect } from "node:util";
import type { Entry, LsmTree } from "#katas/lsm-tree/contract.ts";
import { type Script, scripted } from "../script.ts";

const refused = ["INVALID_ARGUMENT"];

const badTexts: readonly (readonly [string, unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["a number", 7],
  ["an array", ["a"]],
  ["bytes", new Uint8Array(3)],
  ["a String object", Object("text")],
  ["half of a character", "\ud83d"],
  ["the other half of one", "a\ude00b"],
  ["halves in the wrong order", "\ude00\ud83d"],
];

const badKeys: readonly (readonly [string, unknown])[] = [
  ...badTexts,
  ["a key of 1025 bytes", "k".repeat(1025)],
  ["a key of 1025 bytes in 1023 characters", `${"k".repeat(1022)}\u{20ac}`],
  ["a key of 1026 bytes in 513 characters", "é".repeat(513)],
];

const badValues: readonly (readonly [string, unknown])[] = [
  ...badTexts,
  ["a value of 1048577 bytes", "v".repeat(1_048_577)],
  ["a value of 1048578 bytes in 524289 characters", "é".repeat(524_289)],
];

/** Calls the tree as JavaScript would, without the compiler's protection. */
interface Untyped {
  get(key: unknown): Promise<unknown>;
  put(key: unknown, value: unknown): Promise<unknown>;
  delete(key: unknown): Promise<unknown>;
  range(start: unknown, end: unknown): AsyncIterable<Entry>;
}

export const badArgumentsAreRefused = scripted("lsm-tree/bad-arguments-are-refused", {
  "bad keys": (script) =>
    aroundGoodData(script, async (tree) => {
      for (const [name, key] of badKeys) {
        await script.refuses(`put with ${name}`, refused, () => tree.put(key, "v"));
        await script.refuses(`get with ${name}`, refused, () => tree.get(key));
        await script.refuses(`delete with ${name}`, refused, () => tree.delete(key));
      }
    }),
  "bad values": (script) =>
    aroundGoodData(script, async (tree) => {
      for (const [name, value] of badValues)
        await script.refuses(`put with ${name}`, refused, () => tree.put("k", value));
    }),
  "bad bounds": async (script) => {
    if (script.level < 2) return;
    await aroundGoodData(script, async (tree) => {
      for (const [name, bound] of badKeys) {
        if (bound === undefined) continue;
        // It throws at once, or the first next rejects.
        const first = async (start: unknown, end: unknown): Promise<unknown> =>
          tree.range(start, end)[Symbol.asyncIterator]().next();
        await script.refuses(`range from ${name}`, refused, () => first(bound, undefined));
        await script.refuses(`range to ${name}`, refused, () => first("a", bound));
      }
    });
  },
  "bad options": async (script) => {
    const badNumbers = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "10"];
    for (const bad of badNumbers) {
      const options = { memtableThreshold: bad as number };
      await script.openIsRefused(refused, `with memtableThreshold ${inspect(bad)}`, options);
    }
    if (script.level >= 5) {
      for (const bad of badNumbers) {
        const options = { writersWaitingMax: bad as number };
        await script.openIsRefused(refused, `with writersWaitingMax ${inspect(bad)}`, options);
      }
      for (const bad of ["", "tiered", "Leveled", "toString", 1]) {
        const options = { compaction: bad as "leveled" };
        await script.openIsRefused(refused, `with compaction ${inspect(bad)}`, options);
      }
    }
    // The directory is free, and as it was; below level 3 nobody opens one a second time.
    const place = script.level >= 3 ? undefined : "other";
    const tree = await script.open({ memtableThreshold: 1 }, place);
    await script.shows(tree, "k", undefined);
  },
  "the longest and the shortest": async (script) => {
    const tree = await script.open();
    const key = "k".repeat(1024);
    const value = "é".repeat(524_288);
    await script.does("put of the longest key and value", () => tree.put(key, value));
    await script.does("put of the empty key", () => tree.put("", "v"));
    await script.does("put of the empty value", () => tree.put("k", ""));
    await script.shows(tree, key, value);
    await script.shows(tree, "", "v");
    await script.does("delete of the longest key", () => tree.delete(key));
    await script.shows(tree, key, undefined);
  },
});

async function aroundGoodData(
  script: Script,
  refuse: (tree: Untyped) => Promise<void>,
): Promise<void> {
  const tree = await script.open({ memtableThreshold: 2 });
  await script.does("put k=before", () => tree.put("k", "before"));
  await refuse(tree);
  await isUntouched(script, tree);
  await script.does("put x=after", () => tree.put("x", "after"));
  await script.does("flush", () => tree.flush());
  await script.shows(tree, "k", "before");
  await script.shows(tree, "x", "after");
}

async function isUntouched(script: Script, tree: LsmTree): Promise<void> {
  await script.shows(tree, "k", "before");
  await script.shows(tree, "v", undefined);
  // What a lone surrogate becomes in UTF-8.
  for (const key of ["\ufffd", "a\ufffdb", "undefined", "null", "7", "a"])
    await script.shows(tree, key, undefined);
}
