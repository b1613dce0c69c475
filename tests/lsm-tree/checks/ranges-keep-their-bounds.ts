import type { Random } from "#platform/random.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import { together } from "../../harness/experiment.ts";
import { type Bounds, Model } from "../model.ts";
import { scripted } from "../script.ts";
import { sessions } from "../session.ts";
import { someKeys, sortedKeys } from "../strings.ts";

const promise = "lsm-tree/ranges-keep-their-bounds";

/** Keys that are there, keys that are not, none. */
function anyBounds(random: Random, keys: readonly string[]): Bounds {
  const bound = (): string | undefined => {
    const kind = random.below(8);
    if (kind === 0) return undefined;
    const pool = kind < 5 ? keys : sortedKeys;
    const key = pool[random.below(pool.length)] ?? "";
    return kind === 7 ? `${key}\0` : key;
  };
  return { start: bound(), end: bound() };
}

export const rangesKeepTheirBounds = together(promise, kata.version, [
  sessions({
    promise,
    cases: 80,
    steps: 40,
    mix: { put: 8, delete: 2, flush: 2, range: 8 },
    keys: (random) => someKeys(random, 3 + random.below(8)),
    bounds: anyBounds,
    inAnyOrder: true,
    options: (random) => ({ memtableThreshold: 1 + random.below(6) }),
  }),
  scripted(promise, {
    "every pair of bounds": async (script) => {
      const tree = await script.open({ memtableThreshold: 3 });
      const model = new Model();
      for (const key of ["", "a", "b", "bb", "d", "é", "\u{ffff}", "\u{1f600}"]) {
        await script.quietly("a put", () => tree.put(key, `of ${key}`));
        model.set(key, `of ${key}`);
      }
      const bounds = [undefined, "", "\0", "a", "aa", "b", "b\0", "bb", "c", "d", "é", "\u{fffe}"];
      const ends = [...bounds, "\u{ffff}", "\u{10000}", "\u{1f600}", "\u{1f600}\0", "\u{10ffff}"];
      for (const start of ends)
        for (const end of ends)
          await script.ranges(tree, { start, end }, model.range({ start, end }), {
            inAnyOrder: true,
          });
    },
    // Where a block ends or begins, its first key is compared too, and not by UTF-16 units either.
    "bounds within a table of many blocks": async (script) => {
      const keys = [0xf000, 0x1f000].flatMap((first) =>
        Array.from({ length: 80 }, (_, index) => String.fromCodePoint(first + index)),
      );
      const tree = await script.open();
      const model = new Model();
      for (const key of keys) {
        const value = `of ${key}`.padEnd(220);
        await script.quietly("a put", () => tree.put(key, value));
        model.set(key, value);
      }
      await script.does(`flush of ${keys.length} keys`, () => tree.flush());
      const bounds = [undefined, ...keys.filter((_, index) => index % 16 === 5)];
      for (const start of bounds)
        for (const end of bounds)
          await script.ranges(tree, { start, end }, model.range({ start, end }), {
            inAnyOrder: true,
          });
    },
  }),
]);
