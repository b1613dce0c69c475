/**
 * Iterations that stay open while one client writes on; and ranges that are read at once, while others write. These are
 * ordered by gates and by microtasks, for a view may be taken in several steps before the first entry is answered.
 */
import type { Entry } from "#katas/lsm-tree/contract.ts";
import { kata } from "#katas/lsm-tree/kata.ts";
import type { Random } from "#platform/random.ts";
import { together } from "../../harness/experiment.ts";
import { drawOperations, type Operation } from "../../harness/key-value/workload.ts";
import { entryOf, flushing, type Options } from "../adapter.ts";
import { bursts } from "../bursts.ts";
import { Model } from "../model.ts";
import { liveWithRanges } from "../range-judgement.ts";
import { firstDifference, scripted } from "../script.ts";
import { hunting } from "../searches.ts";
import { sessions } from "../session.ts";
import { plainKeys } from "../strings.ts";

const promise = "lsm-tree/a-range-is-one-view";
const firstKeys = ["a", "b"];
const lastKeys = ["y", "z"];
/** So many that a view which is taken key by key takes longer than two writes. */
const keys = [...firstKeys, "c", "d", "e", "f", "g", "h", "i", "j", ...lastKeys];

/**
 * Writers that change now one of the first keys and now one of the last, and a client that fills the tree and then does
 * nothing but tell ranges.
 */
function writersBesideRanges(
  random: Random,
  index: number,
): { clients: Operation[][]; options: Options } {
  const mix = { operations: 7, gets: 0, deletes: 0.15, others: [flushing(0.1)], sizes: [4] };
  const writers = Array.from({ length: 1 + (index % 2) }, (_, client) => {
    const last = drawOperations(random, { ...mix, keys: lastKeys }, client * 100 + 50);
    return drawOperations(random, { ...mix, keys: firstKeys }, client * 100 + 1).flatMap(
      (operation, at) => [operation, ...last.slice(at, at + 1)],
    );
  });
  const ranger = [
    ...keys.map((key, value): Operation => ({ kind: "put", key, value: 900 + value, size: 4 })),
    ...Array.from({ length: 5 }, (): Operation => ({ kind: "range" })),
  ];
  return { clients: [...writers, ranger], options: { memtableThreshold: 1 + random.below(5) } };
}

export const aRangeIsOneView = together(promise, kata.version, [
  sessions({
    promise,
    cases: 160,
    steps: 50,
    mix: { put: 12, delete: 6, flush: 2, begin: 4, next: 10, leave: 1 },
    keys: (random) => plainKeys(4 + random.below(8)),
    options: (random) => ({ memtableThreshold: 1 + random.below(6) }),
    always: [
      {
        steps: [
          ...["a", "b", "c"].map((key) => ({ do: "put", key, value: "old" }) as const),
          { do: "begin", as: 1 },
          { do: "next", as: 1, times: 1 },
          { do: "put", key: "b", value: "new" },
          { do: "delete", key: "c" },
          { do: "put", key: "d", value: "new" },
          { do: "flush" },
          { do: "next", as: 1, times: 9 },
        ],
        options: {},
      },
    ],
  }),
  scripted(promise, {
    "a thousand entries, read while all of them change": async (script) => {
      const tree = await script.open({ memtableThreshold: 90 });
      const model = new Model();
      const keys = Array.from({ length: 1000 }, (_, index) => `key ${index}`);
      await script.does("1000 puts", async () => {
        for (const key of keys) await tree.put(key, "old");
      });
      for (const key of keys) model.set(key, "old");
      const iterator = tree.range()[Symbol.asyncIterator]();
      const seen: Entry[] = [];
      await script.does("a range, and after each entry a put and a delete", async () => {
        for (const key of [...keys, undefined]) {
          const answer = await iterator.next();
          if (answer.done === true) break;
          seen.push(entryOf(answer.value));
          if (key === undefined) continue;
          await tree.put(key, "new");
          await tree.delete(keys[keys.length - seen.length] ?? "");
        }
      });
      const expected = model.range();
      const place = firstDifference(seen, expected);
      if (place === -1) return;
      const therefore = `Entry ${place + 1} of the range must be ${String(expected[place])}, and it was ${String(seen[place])}.`;
      script.broken("range", `${seen.length} entries, of which one is wrong`, therefore);
    },
  }),
  bursts({ promise, cases: 120, draw: writersBesideRanges, judge: liveWithRanges }),
  hunting({
    promise,
    hunt: { wants: [], phases: [], names: "core", hang: "tolerated", live: liveWithRanges },
    cases: 24,
    draw: (random, index) => ({
      ...writersBesideRanges(random, index),
      draw: { index, seed: random.below(1_000_000) },
      sectorBytes: 32,
    }),
  }),
]);
