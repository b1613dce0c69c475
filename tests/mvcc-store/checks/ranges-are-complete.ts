/** Ranges between all kinds of bounds, over keys whose order is somebody's special case. */
import type { Step } from "../script.ts";
import { scriptExperiment, rounds } from "../store-experiment.ts";
import { drawKeys, drawScript, framed, randomOf, scene } from "../workload.ts";

const lastKey = JSON.stringify("\uffff".repeat(1024));

const scenes: readonly string[] = [
  // Up to, and not including.
  "T1 begin; T1 range a b; T1 range a c; T1 range b b; T1 range b a; T1 range b; T1 range c; T1 range a aa",
  // The empty key is a key, and no bound is none.
  'T1 begin; T1 put "" 11; T1 commit; T2 begin; T2 range; T2 range ""; T2 range "" a; T2 range "" ""',
  // By code units: capitals before small letters, digits as text, pairs before the last of the plane.
  'T1 begin; T1 put B 11; T1 put "10" 12; T1 put "9" 13; T1 put é 14; T1 put z 15; T1 put 😀 16; T1 put "\uffff" 17; T1 commit; T2 begin; T2 range; T2 range "9"; T2 range B a; T2 range z "\uffff"; T2 range 😀',
  // The last of all keys has nothing behind it.
  `T1 begin; T1 put ${lastKey} 11; T1 put "\uffff\uffff" 12; T1 commit; T2 begin; T2 range; T2 range b; T2 range "\uffff"; T2 range a ${lastKey}`,
  // Deleted keys are in no range, those put again are.
  "T1 begin; T1 delete a; T1 put c 13; T1 commit; T2 begin; T2 range; T2 put a 12; T2 commit; T3 begin; T3 range; T3 range a b",
  // What was answered stays as it is, whatever is written afterwards.
  "T1 begin; T1 put c 11; T1 range; T1 put c 12; T1 range; T1 put a 13; T1 range; T1 delete b; T1 range; T1 put d 14; T1 range",
  // Keys that came and went while the range of an older transaction is still asked.
  "T1 begin; T2 begin; T2 put ab 11; T2 delete b; T2 commit; T3 begin; T3 range; T3 range aa b; T1 range a c",
];

export const rangesAreComplete = scriptExperiment({
  promise: "mvcc-store/ranges-are-complete",
  *cases(budget) {
    for (const text of scenes) yield { steps: framed({ a: 1, b: 2 }, scene(text)) };
    yield { steps: manyKeys(2000) };
    yield { steps: emptiedAndFilled(2000) };
    for (let round = 0; round < rounds(budget, 120); round++) {
      const random = randomOf(budget.seed, round);
      const steps = drawScript(random, {
        transactions: 3 + random.below(8),
        open: 1 + random.below(3),
        keys: drawKeys(random, 3 + random.below(14)),
        calls: 12,
        ranges: 4,
        deletes: 2,
        serializable: random.below(3),
      });
      yield { steps };
    }
  },
});

/** As many as the brief allows, put in an order that is not theirs; then every third is deleted, and some come between. */
function manyKeys(count: number): Step[] {
  const key = (index: number): string => `key-${(index * 1237) % count}`;
  const half = count / 2;
  const put = (t: string, index: number): Step => ({
    t,
    do: "put",
    key: key(index),
    value: index + 1,
  });
  const numbers = (from: number, to: number): number[] =>
    Array.from({ length: to - from }, (_, index) => from + index);
  return [
    { t: "T1", do: "begin" },
    ...numbers(0, half).map((index) => put("T1", index)),
    { t: "T1", do: "commit" },
    { t: "T2", do: "begin" },
    ...numbers(half, count).map((index) => put("T2", index)),
    { t: "T2", do: "range", from: "key-1", to: "key-2" },
    { t: "T2", do: "commit" },
    { t: "T3", do: "begin" },
    ...numbers(0, count / 3).map((index): Step => ({ t: "T3", do: "delete", key: key(3 * index) })),
    { t: "T3", do: "range", from: "key-10", to: "key-11" },
    { t: "T3", do: "commit" },
    { t: "T4", do: "begin" },
    { t: "T4", do: "range" },
    { t: "T4", do: "range", from: "key-1000", to: "key-1001" },
    { t: "T4", do: "range", from: "key-5", to: "key-6\u0000" },
  ];
}

/** Some hundreds of neighbours are deleted, all at once; then others come into the gap, and go again. */
function emptiedAndFilled(count: number): Step[] {
  const key = (index: number, behind = ""): string =>
    `key-${String(index).padStart(4, "0")}${behind}`;
  const numbers = (from: number, to: number, step = 1): number[] =>
    Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);
  const [from, to] = [Math.floor(count / 4), Math.floor((count * 3) / 4)];
  const look = (t: string): Step[] => [
    { t, do: "begin" },
    { t, do: "range" },
    { t, do: "range", from: key(from - 2), to: key(from + 2) },
    { t, do: "range", from: key(to - 2), to: key(to + 2) },
    { t, do: "range", from: key((from + to) >> 1) },
    { t, do: "range", to: key((from + to) >> 1) },
    { t, do: "commit" },
  ];
  return [
    { t: "T1", do: "begin" },
    ...numbers(0, count).map((index): Step => ({
      t: "T1",
      do: "put",
      key: key((index * 1237) % count),
      value: 1,
    })),
    { t: "T1", do: "commit" },
    { t: "T2", do: "begin" },
    ...numbers(from, to).map((index): Step => ({ t: "T2", do: "delete", key: key(index) })),
    { t: "T2", do: "commit" },
    ...look("T3"),
    { t: "T4", do: "begin" },
    ...numbers(from, to, 25).map((index): Step => ({
      t: "T4",
      do: "put",
      key: key(index, "+"),
      value: 4,
    })),
    { t: "T4", do: "put", key: key(0, "-"), value: 4 },
    { t: "T4", do: "put", key: key(count), value: 4 },
    { t: "T4", do: "commit" },
    ...look("T5"),
    { t: "T6", do: "begin" },
    ...numbers(from, to, 50).map((index): Step => ({
      t: "T6",
      do: "delete",
      key: key(index, "+"),
    })),
    ...numbers(0, 600).map((index): Step => ({ t: "T6", do: "delete", key: key(index) })),
    { t: "T6", do: "commit" },
    ...look("T7"),
  ];
}
