/** Whoever begins after the answer of a commit reads all of it, however much that is. */
import type { Step } from "../script.ts";
import { scriptExperiment, rounds } from "../store-experiment.ts";
import { drawKeys, drawScript, framed, randomOf, readEverything, scene } from "../workload.ts";

const scenes: readonly string[] = [
  "T1 begin; T1 put a 11; T1 put b 12; T1 put c 13; T1 commit; T2 begin; T2 get c; T2 get a; T2 range",
  "T1 begin; T1 delete a; T1 put b 12; T1 commit; T2 begin; T2 get a; T2 get b; T2 range",
  "T1 begin; T1 put a 11; T1 delete a; T1 put b 12; T1 delete b; T1 put b 13; T1 commit; T2 begin; T2 range",
  // While somebody older still reads, and somebody else writes.
  "T1 begin; T2 begin; T2 put c 12; T3 begin; T3 put a 11; T3 delete b; T3 commit; T4 begin; T4 range; T4 get a; T2 commit; T5 begin; T5 range; T1 commit",
  // The one who began first commits last, of other keys.
  "T1 begin; T1 put a 11; T2 begin; T2 put b 12; T2 commit; T1 put c 13; T1 commit; T3 begin; T3 range; T3 get b; T3 get a",
  // Deleted by one, put again by the next.
  "T1 begin; T1 delete a; T1 commit; T2 begin; T2 put a 12; T2 commit; T3 begin; T3 get a; T3 range; T3 delete a; T3 commit; T4 begin; T4 get a; T4 range",
];

export const commitsAreSeenWhole = scriptExperiment({
  promise: "mvcc-store/commits-are-seen-whole",
  *cases(budget) {
    for (const text of scenes) yield { steps: framed({ a: 1, b: 2 }, scene(text)) };
    yield { steps: manyWrites(1000) };
    for (let round = 0; round < rounds(budget, 120); round++) {
      const random = randomOf(budget.seed, round);
      const steps = drawScript(random, {
        transactions: 4 + random.below(16),
        open: 1 + random.below(4),
        keys: drawKeys(random, 3 + random.below(5)),
        calls: 8,
        readers: 3,
        ranges: 2,
        deletes: 3,
        rollbacks: 1,
        serializable: random.below(3),
      });
      yield { steps };
    }
  },
});

/** As many as the brief allows in one transaction, then half of them deleted. */
function manyWrites(count: number): Step[] {
  const keys = Array.from({ length: count }, (_, index) => `key-${(index * 7919) % count}`);
  return [
    { t: "T1", do: "begin" },
    ...keys.map((key, index): Step => ({ t: "T1", do: "put", key, value: index + 1 })),
    { t: "T1", do: "commit" },
    { t: "T2", do: "begin" },
    { t: "T2", do: "range" },
    ...keys.slice(0, count / 2).map((key): Step => ({ t: "T2", do: "delete", key })),
    { t: "T2", do: "commit" },
    ...readEverything("T3", keys),
  ];
}
