/**
 * Serializable transactions of many clients, all at once: some order of whole transactions must explain every answer.
 * Before that, the circles of three that no look at two of them shows; after it, while commits wait for a disk.
 */
import { kata } from "#katas/mvcc-store/kata.ts";
import { together } from "../../harness/experiment.ts";
import { crowdExperiment, drawCrowd } from "../crowd.ts";
import { crowdOnDisk, isOfConflicts } from "../durable/crowd-on-disk.ts";
import type { Script, Step } from "../script.ts";
import { beginning, drawKeys, scene } from "../workload.ts";

const circles: readonly Script[] = [
  {
    known: "each reads what the next one writes",
    steps: circle(["a", "b", "c"]),
  },
  {
    known: "each of four reads what the next one writes",
    steps: circle(["a", "b", "c", "d"]),
  },
  {
    known: "the read-only anomaly: only a third, who writes nothing, sees that two do not fit",
    steps: [
      beginning("T1", "serializable"),
      { t: "T1", do: "get", key: "b" },
      { t: "T1", do: "get", key: "a" },
      beginning("T2", "serializable"),
      { t: "T2", do: "append", key: "b", element: "1" },
      { t: "T2", do: "commit" },
      beginning("T3", "serializable"),
      { t: "T3", do: "get", key: "a" },
      { t: "T3", do: "get", key: "b" },
      { t: "T3", do: "commit" },
      { t: "T1", do: "append", key: "a", element: "2" },
      { t: "T1", do: "commit" },
    ],
  },
  ...[
    // It looks when the two are over, and had begun when one of them was.
    "T1 begin; T1 get b; T2 begin; T2 append b 1; T2 commit; T3 begin; T1 append a 2; T1 commit; T3 get a; T3 get b; T3 commit",
    "T1 begin; T1 get b; T2 begin; T2 append b 1; T2 commit; T3 begin; T1 append a 2; T1 commit; T3 range; T3 commit",
    // It writes something that nobody reads.
    "T1 begin; T1 get b; T2 begin; T2 append b 1; T2 commit; T3 begin; T1 append a 2; T1 commit; T3 get a; T3 get b; T3 append d 3; T3 commit",
    // What it has missed is overwritten once more, by one who is in nobody's way.
    "T1 begin; T1 get b; T2 begin; T2 append b 1; T2 commit; T3 begin; T1 append a 2; T1 commit; T4 begin; T4 append a 4; T4 commit; T3 get a; T3 get b; T3 commit",
    "T1 begin; T1 get b; T2 begin; T2 append b 1; T2 commit; T3 begin; T3 get b; T1 append a 2; T1 commit; T4 begin; T4 append a 4; T4 commit; T5 begin; T5 append a 5; T5 commit; T3 range a b; T3 append d 3; T3 commit",
  ].map((text): Script => ({
    known: "the read-only anomaly, seen when it has happened",
    steps: scene(text.replaceAll("begin", "begin serializable")),
  })),
];

/** All begin, each reads one key and appends to the key before it; then all commit. */
function circle(keys: readonly string[]): Step[] {
  const names = keys.map((_, index) => `T${index + 1}`);
  return [
    ...names.map((t) => beginning(t, "serializable")),
    ...names.flatMap((t, index): Step[] => [
      { t, do: "get", key: keys[(index + 1) % keys.length] ?? "a" },
      { t, do: "append", key: keys[index] ?? "a", element: `${index + 1}` },
    ]),
    ...names.map((t): Step => ({ t, do: "commit" })),
  ];
}

const promise = "mvcc-store/crowds-take-turns";
const model = "serializable";

const inMemory = crowdExperiment({
  promise,
  model,
  histories: 200,
  always: circles,
  draw: (random, round) =>
    drawCrowd(random, {
      clients: 2 + (round % 7),
      transactions: 6 + random.below(24),
      keys: drawKeys(random, 3 + random.below(6), false),
      calls: 4,
      serializable: 10,
      readers: 2,
      ranges: 2,
      rollbacks: 1,
    }),
});

export const crowdsTakeTurns = together(promise, kata.version, [
  inMemory,
  crowdOnDisk({ promise, model, histories: 40, wants: (kind) => !isOfConflicts(kind) }),
]);
