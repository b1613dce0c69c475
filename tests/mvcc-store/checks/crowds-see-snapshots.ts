/**
 * Many clients append to lists and read them, all at once; no history may show what snapshot isolation excludes.
 * Whoever has come to the disk is also asked while commits wait for it.
 */
import type { MvccStore, Transaction } from "#katas/mvcc-store/contract.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import { together } from "../../harness/experiment.ts";
import { outcomeOf } from "../../harness/life.ts";
import { crowdExperiment, drawCrowd } from "../crowd.ts";
import { scripted } from "../durable/adapter.ts";
import { crowdOnDisk, durableLevel, isOfConflicts } from "../durable/crowd-on-disk.ts";
import type { Script, Step } from "../script.ts";
import { drawKeys } from "../workload.ts";
import { shown } from "../words.ts";

const promise = "mvcc-store/crowds-see-snapshots";
const model = "snapshot-isolation";

const inMemory = crowdExperiment({
  promise,
  model,
  histories: 140,
  always: [0, 1, 2, 3, 5, 8].map(midway),
  draw: (random, round) =>
    drawCrowd(random, {
      clients: 2 + (round % 7),
      transactions: 6 + random.below(24),
      keys: drawKeys(random, 2 + random.below(4), false),
      calls: 5,
      serializable: round % 3 === 2 ? 5 : 0,
      readers: 3,
      ranges: 2,
      rollbacks: 1,
    }),
});

const onDiskWithTheAnswer = scripted(promise, {
  "a begin with the answer": async (script) => {
    if (script.level < durableLevel) return;
    const store = await script.open();
    for (let value = 1; value <= 3; value++) {
      const commit = `commit a=${value}`;
      const begun = await outcomeOf(beginWithTheAnswer(store, value));
      // Whether a commit is answered at all is another promise.
      if (begun.how !== "resolved") return;
      script.tell(commit, "answered ok");
      const reader = begun.value;
      const found = reader.get("a");
      reader.rollback();
      if (found !== value)
        script.broken(
          "get a",
          `${shown(found)}, expected ${value}`,
          `The transaction was begun with the answer of ${commit}: it must see that.`,
        );
      script.tell("get a", shown(found));
    }
  },
});

/** Begins there, and not when whatever the store does later is done as well. */
async function beginWithTheAnswer(store: MvccStore, value: number): Promise<Transaction> {
  const writer = store.begin();
  writer.put("a", value);
  await writer.commit();
  return store.begin();
}

export const crowdsSeeSnapshots = together(promise, kata.version, [
  inMemory,
  crowdOnDisk({ promise, model, histories: 40, wants: (kind) => !isOfConflicts(kind) }),
  onDiskWithTheAnswer,
]);

/** Whoever begins when the commit of another is so many microtasks on its way sees all of it or nothing, and goes on so. */
function midway(count: number): Script {
  const keys = ["a", "b", "c", "d"];
  const reads = [...keys].reverse().map((key): Step => ({ t: "T2", do: "get", key }));
  const steps: Step[] = [
    { t: "T1", do: "begin" },
    ...keys.map((key, index): Step => ({ t: "T1", do: "append", key, element: `${index + 1}` })),
    { t: "T1", do: "commit", unanswered: true },
    ...(count > 0 ? [{ do: "ticks", count } as const] : []),
    { t: "T2", do: "begin" },
    ...reads,
    { t: "T1", do: "answer" },
    ...reads,
    { t: "T2", do: "commit" },
  ];
  return { steps };
}
