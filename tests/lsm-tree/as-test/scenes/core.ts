/** Scenes of the first two levels. */
import { scene, type Scenes, simple } from "./simple.ts";

export const newest: Scenes = {
  "one key in hundreds of tables": simple(
    `
    for (let index = 0; index < 120; index++) {
      await tree.put("key", \`v\${index}\`);
      await tree.put(\`other \${index}\`, \`v\${index}\`);
    }
    expect(await tree.get("key")).toBe("v119");
    for (let index = 0; index < 120; index++) expect(await tree.get(\`other \${index}\`)).toBe(\`v\${index}\`);
  `,
    { memtableThreshold: 1 },
  ),
  "thousands of keys with the default threshold": simple(`
    const newest = new Map<string, string>();
    const random = seededRandom(1);
    for (let index = 0; index < 5000; index++) {
      const key = \`key \${random.below(3000)}\`;
      newest.set(key, \`v\${index}\`);
      await tree.put(key, \`v\${index}\`);
    }
    for (const [key, value] of newest) expect(await tree.get(key), key).toBe(value);
    await tree.flush();
    for (const [key, value] of newest) expect(await tree.get(key), key).toBe(value);
    expect(await tree.get("key 3000")).toBe(undefined);
  `),
};

export const tombstones: Scenes = {
  "tombstones in every second table": simple(
    `
    const keys = ["a", "b", "c", "d"];
    for (let round = 0; round < 15; round++) {
      for (const key of keys) await tree.put(key, \`\${round}\`);
      for (const key of keys) await tree.delete(key);
      for (const key of keys) expect(await tree.get(key), \`\${key}, round \${round}\`).toBe(undefined);
    }
  `,
    { memtableThreshold: 4 },
  ),
  "deletes of keys that are not there": simple(
    `
    for (const key of ["a", "b", "c", "a"]) await tree.delete(key);
    await tree.put("b", "1");
    await tree.flush();
    expect(await tree.get("a")).toBe(undefined);
    expect(await tree.get("b")).toBe("1");
    expect(await tree.get("c")).toBe(undefined);
  `,
    { memtableThreshold: 2 },
  ),
};

/** Entries as an expression; each comes back from the memtable, from a table, and after a kill. */
function roundTrip(entries: string): ReturnType<typeof simple> {
  return scene(
    `
    const level = await levelOfFile();
    const disk = createCrashDisk();
    const tree = await open(disk);
    const entries: [key: string, value: string][] = ${entries};
    for (const [key, value] of entries) await tree.put(key, value);
    const comeBack = async (one: typeof tree) => {
      for (const [key, value] of entries) expect((await one.get(key)) === value, JSON.stringify(key).slice(0, 60)).toBe(true);
      if (level < 2) return;
      const shown = new Map(await entriesOf(one.range()));
      expect(shown.size).toBe(new Set(entries.map(([key]) => key)).size);
      for (const [key, value] of entries) expect(shown.get(key) === value, JSON.stringify(key).slice(0, 60)).toBe(true);
    };
    await comeBack(tree);
    await tree.flush();
    await comeBack(tree);
    if (level >= 3) await comeBack(await open(disk.kill()));
  `,
    { memtableThreshold: 7 },
    30_000,
  );
}

/** Text of so many bytes, in characters of one, two, three and four of them. */
const textOf = `"a\\u00e9\\u20ac\\u{1f600}".repeat(bytes / 10) + "x".repeat(bytes % 10)`;

export const strings: Scenes = {
  "values of every size": roundTrip(
    `[0, 1, 2, 127, 128, 255, 256, 257, 4095, 4096, 4097, 16_384, 32_768, 65_535, 65_536, 1_048_575, 1_048_576].map(
      (bytes) => [\`size \${bytes}\`, ${textOf}],
    )`,
  ),
  "keys of every size": roundTrip(
    `[0, 1, 2, 63, 64, 127, 128, 129, 255, 256, 257, 511, 512, 1023, 1024].map((bytes) => [${textOf}, \`\${bytes}\`])`,
  ),
  "long keys that differ in one character": roundTrip(
    `[0, 1, 63, 255, 256, 511, 767, 1023].map((place) => ["x".repeat(place) + "y" + "x".repeat(1023 - place), \`\${place}\`])`,
  ),
  "keys with special names": roundTrip(
    `["__proto__", "constructor", "toString", "hasOwnProperty", "__deleted__", "null", "undefined", "NaN", "length", "0", "-1", "1e3", "true", "get"].map(
      (key) => [key, key],
    )`,
  ),
  "keys in every order of bytes": roundTrip(
    `["", "\\0", "\\0\\0", " ", "0", "10", "9", "A", "a", "a\\0", "aa", "b", "a\\nb", 'a"b', "a\\\\b", "a,b", "a=b", "\\u{80}", "\\u00e9", "e\\u0301", "\\ufeff", "\\ud7ff", "\\ue000", "\\uffff", "\\u{10000}", "\\u{1f600}", "\\u{10ffff}"].map(
      (key, index) => [key, \`value \${index}\`],
    )`,
  ),
  "values that look like something else": roundTrip(
    `["", "\\0", "undefined", "null", "__deleted__", "tombstone", "\\n", "a=1\\nb=2\\n", '{"key":"x"}', "\\0\\0\\0\\0", "D", "-1", "\\ufeff", "\\ufffd", "\\r\\n", "[]", "false", "\\u{10ffff}"].map(
      (value, index) => [\`value \${index}\`, value],
    )`,
  ),
  "thousands of entries of all kinds": roundTrip(
    `Array.from({ length: 3000 }, (_, index) => [
      \`\${index * 7919}\${"\\u00e9\\u{1f600}".repeat(index % 8)}\`,
      \`\${index}:\${"\\u20acx".repeat(index % 50)}\`,
    ])`,
  ),
};

const untouched = `
    for (const key of ["v", "\\ufffd", "a\\ufffdb", "undefined", "null", "7", "a"]) expect(await tree.get(key)).toBe(undefined);
    expect(await tree.get("k")).toBe("before");
    await tree.put("x", "after");
    await tree.flush();
    expect(await tree.get("k")).toBe("before");
    expect(await tree.get("x")).toBe("after");
`.trim();

const badTexts = `undefined, null, 7, ["a"], new Uint8Array(3), Object("text"), "\\ud83d", "a\\ude00b", "\\ude00\\ud83d"`;
const badKeys = `[${badTexts}, "k".repeat(1025), "k".repeat(1022) + "\\u20ac", "\\u00e9".repeat(513)]`;

export const badArguments: Scenes = {
  "bad keys": simple(`
    await tree.put("k", "before");
    const refusal = { code: "INVALID_ARGUMENT" };
    for (const bad of ${badKeys}) {
      const key = bad as string; // as JavaScript would call it
      await expect(tree.put(key, "v")).rejects.toMatchObject(refusal);
      await expect(tree.get(key)).rejects.toMatchObject(refusal);
      await expect(tree.delete(key)).rejects.toMatchObject(refusal);
    }
    ${untouched}
  `),
  "bad values": simple(`
    await tree.put("k", "before");
    for (const bad of [${badTexts}, "v".repeat(1_048_577), "\\u00e9".repeat(524_289)]) {
      const value = bad as string; // as JavaScript would call it
      await expect(tree.put("k", value)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
    ${untouched}
  `),
  "bad bounds": simple(`
    await tree.put("k", "before");
    const refusal = { code: "INVALID_ARGUMENT" };
    for (const bad of ${badKeys}) {
      if (bad === undefined) continue;
      const bound = bad as string; // as JavaScript would call it
      await expect((async () => tree.range(bound)[Symbol.asyncIterator]().next())()).rejects.toMatchObject(refusal);
      await expect((async () => tree.range("a", bound)[Symbol.asyncIterator]().next())()).rejects.toMatchObject(refusal);
    }
    ${untouched}
  `),
  "bad options": scene(`
    // Each option from the level on that brings it.
    const level = await levelOfFile();
    const badNumbers = [0, -1, 1.5, NaN, Infinity, "10" as unknown as number];
    const badOptions = [
      ...badNumbers.map((memtableThreshold) => ({ memtableThreshold, from: 1 })),
      ...badNumbers.map((writersWaitingMax) => ({ writersWaitingMax, from: 5 })),
      ...["", "tiered", "Leveled", 1].map((compaction) => ({ compaction: compaction as "leveled", from: 5 })),
    ];
    for (const { from, ...options } of badOptions.filter((bad) => bad.from <= level)) {
      const opening = (async () => openLsmTree({ disk: createCrashDisk(), directory: "store", ...options }))();
      await expect(opening, JSON.stringify(options)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
    }
  `),
  "the longest and the shortest": simple(`
    const [key, value] = ["k".repeat(1024), "\\u00e9".repeat(524_288)];
    await tree.put(key, value);
    await tree.put("", "v");
    await tree.put("k", "");
    expect((await tree.get(key)) === value).toBe(true);
    expect(await tree.get("")).toBe("v");
    await tree.delete(key);
    expect(await tree.get(key)).toBe(undefined);
  `),
};

const closedHelper = `
    const level = await levelOfFile();
    const closed = { code: "CLOSED" };
    const refusesAll = async (one: Awaited<ReturnType<typeof open>>) => {
      await expect(one.put("a", "2")).rejects.toMatchObject(closed);
      await expect(one.get("a")).rejects.toMatchObject(closed);
      await expect(one.get("absent")).rejects.toMatchObject(closed);
      await expect(one.delete("a")).rejects.toMatchObject(closed);
      await expect(one.flush()).rejects.toMatchObject(closed);
      if (level >= 2) {
        await expect((async () => one.range()[Symbol.asyncIterator]().next())()).rejects.toMatchObject(closed);
        await expect((async () => one.range("b", "a")[Symbol.asyncIterator]().next())()).rejects.toMatchObject(closed);
      }
      if (level >= 5) await expect(one.compact()).rejects.toMatchObject(closed);
    };
    const disk = createCrashDisk();
    const tree = await open(disk);
`.trim();

export const closedTrees: Scenes = {
  "every call after close": scene(`
    ${closedHelper}
    await tree.put("a", "1");
    await tree.close();
    await refusesAll(tree);
    await tree.close();
    await refusesAll(tree);
    if (level < 3) return;
    const reopened = await open(disk);
    expect(await reopened.get("a")).toBe("1");
    expect(await reopened.get("b")).toBe(undefined);
  `),
  "a tree with tables": scene(
    `
    ${closedHelper}
    for (const key of ["a", "b", "c"]) await tree.put(key, "1");
    await tree.close();
    await refusesAll(tree);
  `,
    { memtableThreshold: 2 },
  ),
  "a tree that nothing was written to": scene(`
    ${closedHelper}
    await tree.close();
    await refusesAll(tree);
    await tree.close();
  `),
  "closing twice does not touch the next owner": simple(`
    await tree.close();
    const second = await open(disk);
    await tree.close();
    await expect((async () => tree.put("a", "1"))()).rejects.toMatchObject({ code: "CLOSED" });
    await expect((async () => tree.flush())()).rejects.toMatchObject({ code: "CLOSED" });
    await expect(open(disk)).rejects.toMatchObject({ code: "LOCKED" });
    await second.put("b", "2");
    expect(await second.get("a")).toBe(undefined);
    expect(await second.get("b")).toBe("2");
  `),
};

const isEmpty = `
    const isEmpty = async (one: Awaited<ReturnType<typeof open>>) => {
      for (const key of ["", "a", "c", "e"]) expect(await one.get(key)).toBe(undefined);
      if ((await levelOfFile()) >= 2) expect(await entriesOf(one.range())).toEqual([]);
    };
    const disk = createCrashDisk();
    const tree = await open(disk);
`.trim();
const filled = `for (const key of ["a", "c", "e"]) await tree.put(key, "1");`;
const small = { memtableThreshold: 2 };

export const emptyDirectories: Scenes = {
  "a new tree": scene(`
    ${isEmpty}
    await isEmpty(tree);
  `),
  "two directories": scene(
    `
    ${isEmpty}
    ${filled}
    await disk.makeDirectory("other");
    const other = await openLsmTree({ disk, directory: "other", memtableThreshold: 2 });
    await isEmpty(other);
    await other.put("b", "2");
    await other.flush();
    expect(await tree.get("b")).toBe(undefined);
    await other.delete("a");
    expect(await tree.get("a")).toBe("1");
    expect(await other.get("c")).toBe(undefined);
  `,
    small,
  ),
  "an empty disk in the place of the old one": scene(
    `
    ${isEmpty}
    ${filled}
    await tree.close();
    const next = await open(createCrashDisk());
    await isEmpty(next);
    await next.put("b", "2");
    await next.flush();
    expect(await next.get("a")).toBe(undefined);
  `,
    small,
  ),
  "an empty disk, and nobody closed the tree before": scene(
    `
    ${isEmpty}
    ${filled}
    await isEmpty(await open(createCrashDisk()));
  `,
    small,
  ),
};

const inByteOrder = `.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))`;

export const sortedRanges: Scenes = {
  "every key, put in reverse and flushed": simple(`
    const keys = ["\\u{10ffff}", "\\u{1f600}", "\\u{10000}", "\\uffff", "\\ue000", "\\ud7ff", "\\u00e9", "z", "k2", "k10", "k1", "b", "aa", "a", "A", "9", "10", ""];
    const kept = new Map(keys.map((key) => [key, \`of \${key}\`]));
    for (const [key, value] of kept) await tree.put(key, value);
    const sorted = () => [...kept]${inByteOrder};
    expect(await entriesOf(tree.range())).toEqual(sorted());
    await tree.flush();
    expect(await entriesOf(tree.range())).toEqual(sorted());
    for (const key of keys.filter((_, index) => index % 2 === 0)) {
      await tree.delete(key);
      kept.delete(key);
    }
    expect(await entriesOf(tree.range())).toEqual(sorted());
    await tree.flush();
    expect(await entriesOf(tree.range())).toEqual(sorted());
  `),
  "thousands of entries in many tables": simple(
    `
    const kept = new Map<string, string>();
    const random = seededRandom(1);
    for (let index = 0; index < 4000; index++) {
      const key = \`\${random.below(1500)}\`;
      if (random.below(5) === 0) {
        kept.delete(key);
        await tree.delete(key);
      } else {
        kept.set(key, \`v\${index}\`);
        await tree.put(key, \`v\${index}\`);
      }
    }
    expect(await entriesOf(tree.range())).toEqual([...kept]${inByteOrder});
  `,
    { memtableThreshold: 200 },
  ),
  "everything deleted": simple(
    `
    for (const key of ["a", "b", "c", "d", "e"]) await tree.put(key, "1");
    for (const key of ["a", "b", "c", "d", "e"]) await tree.delete(key);
    expect(await entriesOf(tree.range())).toEqual([]);
    await tree.flush();
    expect(await entriesOf(tree.range())).toEqual([]);
  `,
    { memtableThreshold: 3 },
  ),
};

export const boundedRanges: Scenes = {
  "every pair of bounds": simple(
    `
    const keys = ["", "a", "b", "bb", "d", "\\u00e9", "\\uffff", "\\u{1f600}"];
    for (const key of keys) await tree.put(key, "here");
    const bounds = [undefined, "", "\\0", "a", "aa", "b", "b\\0", "bb", "c", "d", "\\u00e9", "\\ufffe", "\\uffff", "\\u{10000}", "\\u{1f600}", "\\u{1f600}\\0", "\\u{10ffff}"];
    const isBelow = (key: string, bound: string) => Buffer.compare(Buffer.from(key), Buffer.from(bound)) < 0;
    for (const start of bounds) {
      for (const end of bounds) {
        const within = keys.filter((key) => (start === undefined || !isBelow(key, start)) && (end === undefined || isBelow(key, end)));
        const shown = (await entriesOf(tree.range(start, end))).map(([key]) => key);
        expect(new Set(shown), JSON.stringify([start, end])).toEqual(new Set(within));
        expect(shown.length).toBe(within.length);
      }
    }
  `,
    { memtableThreshold: 3 },
  ),
  "bounds within a table of many blocks": simple(`
    const keys = [0xf000, 0x1f000].flatMap((first) => Array.from({ length: 80 }, (_, index) => String.fromCodePoint(first + index)));
    for (const key of keys) await tree.put(key, "here".padEnd(220));
    await tree.flush();
    const isBelow = (key: string, bound: string) => Buffer.compare(Buffer.from(key), Buffer.from(bound)) < 0;
    const bounds = [undefined, ...keys.filter((_, index) => index % 16 === 5)];
    for (const start of bounds) {
      for (const end of bounds) {
        const within = keys.filter((key) => (start === undefined || !isBelow(key, start)) && (end === undefined || isBelow(key, end)));
        const shown = (await entriesOf(tree.range(start, end))).map(([key]) => key);
        expect(new Set(shown), JSON.stringify([start, end])).toEqual(new Set(within));
        expect(shown.length).toBe(within.length);
      }
    }
  `),
};

export const views: Scenes = {
  "a thousand entries, read while all of them change": simple(
    `
    const keys = Array.from({ length: 1000 }, (_, index) => \`key \${index}\`);
    for (const key of keys) await tree.put(key, "old");
    const seen: (readonly [string, string])[] = [];
    for await (const entry of tree.range()) {
      await tree.put(keys[seen.length] ?? "", "new");
      seen.push(entry);
      await tree.delete(keys[keys.length - seen.length] ?? "");
    }
    expect(seen).toEqual(keys.sort().map((key) => [key, "old"]));
  `,
    { memtableThreshold: 90 },
  ),
};

const iterating = `
    const tree = await open(createCrashDisk());
    for (const key of ["a", "b", "c", "d", "e", "f", "g"]) await tree.put(key, "1");
    const iteratorOf = (...bounds: string[]) => tree.range(...bounds)[Symbol.asyncIterator]();
    const entry = (key: string) => ({ done: false, value: [key, "1"] });
    const over = { done: true };
`.trim();

export const iterations: Scenes = {
  "next after the end": scene(
    `
    ${iterating}
    const iterator = iteratorOf("f");
    expect(await iterator.next()).toMatchObject(entry("f"));
    expect(await iterator.next()).toMatchObject(entry("g"));
    for (let time = 0; time < 3; time++) expect(await iterator.next()).toMatchObject(over);
    await tree.put("z", "1");
    expect(await iterator.next()).toMatchObject(over);
    expect(await iteratorOf("x", "y").next()).toMatchObject(over);
    const inverted = iteratorOf("c", "a");
    for (let time = 0; time < 2; time++) expect(await inverted.next()).toMatchObject(over);
  `,
    small,
  ),
  "next after return": scene(
    `
    ${iterating}
    const iterator = iteratorOf();
    expect(await iterator.next()).toMatchObject(entry("a"));
    await iterator.return?.();
    for (let time = 0; time < 2; time++) expect(await iterator.next()).toMatchObject(over);
    await iterator.return?.();
    expect(await iterator.next()).toMatchObject(over);
  `,
    small,
  ),
  "return before the first next": scene(
    `
    ${iterating}
    const iterator = iteratorOf();
    await iterator.return?.();
    expect(await iterator.next()).toMatchObject(over);
    expect(await tree.get("a")).toBe("1");
  `,
    small,
  ),
  "a loop that is left early": simple(
    `
    for (const key of ["a", "b", "c", "d", "e"]) await tree.put(key, "1");
    for (let round = 0; round < 50; round++) {
      let seen = 0;
      for await (const _ of tree.range()) if (++seen === 2) break;
      await tree.put(\`key \${round}\`, "1");
    }
    expect(await tree.get("a")).toBe("1");
    await tree.close();
  `,
    small,
  ),
  "iterations of one tree do not disturb each other": scene(
    `
    ${iterating}
    const [first, second, third] = [iteratorOf(), iteratorOf("c"), iteratorOf()];
    expect(await first.next()).toMatchObject(entry("a"));
    expect(await second.next()).toMatchObject(entry("c"));
    await first.return?.();
    expect(await third.next()).toMatchObject(entry("a"));
    expect(await second.next()).toMatchObject(entry("d"));
    expect(await third.next()).toMatchObject(entry("b"));
    expect(await first.next()).toMatchObject(over);
  `,
    small,
  ),
  "close with open iterations": scene(
    `
    ${iterating}
    const [begun, unbegun, left] = [iteratorOf(), iteratorOf(), iteratorOf()];
    expect(await begun.next()).toMatchObject(entry("a"));
    expect(await left.next()).toMatchObject(entry("a"));
    await left.return?.();
    await tree.close();
    await expect(begun.next()).rejects.toMatchObject({ code: "CLOSED" });
    await expect(unbegun.next()).rejects.toMatchObject({ code: "CLOSED" });
    await begun.return?.().catch(() => undefined);
  `,
    small,
  ),
};

export const overlapping: Scenes = {
  "two trees in one process": scene(
    `
    const disk = createCrashDisk();
    await disk.makeDirectory("other");
    await disk.syncDirectory("");
    const level = await levelOfFile();
    const openBoth = async (on: typeof disk) => [
      await open(on),
      await openLsmTree({ disk: on, directory: "other", memtableThreshold: 3 }),
    ];
    const keys = ["a", "b", "c", "d", "e"];
    const shows = async (trees: Awaited<ReturnType<typeof openBoth>>, round: number) => {
      for (const [index, tree] of trees.entries()) {
        for (const key of keys) {
          const expected = key === keys[index + 1] ? undefined : \`tree \${index}, round \${round}\`;
          expect(await tree.get(key), \`\${key} of tree \${index}\`).toBe(expected);
        }
      }
    };
    const trees = await openBoth(disk);
    for (let round = 1; round <= 3; round++) {
      await Promise.all(keys.flatMap((key) => trees.map((tree, index) => tree.put(key, \`tree \${index}, round \${round}\`))));
      await Promise.all(trees.flatMap((tree, index) => [tree.delete(keys[index + 1] ?? ""), tree.flush()]));
      await shows(trees, round);
    }
    if (level >= 3) await shows(await openBoth(disk.kill()), 3);
  `,
    { memtableThreshold: 3 },
  ),
};
