import { kata } from "#katas/lsm-tree/kata.ts";
import { together } from "../../harness/experiment.ts";
import { oneClient, sectorOf } from "../../harness/key-value/hunting.ts";
import { compacting, flushing, type Options } from "../adapter.ts";
import { absentKeyAfter, keyOf, putAll, shuffled, valueOf } from "../metered.ts";
import { liveWithRanges } from "../range-judgement.ts";
import { hunting } from "../searches.ts";
import { ranging } from "../adapter.ts";
import { scripted } from "../script.ts";

const promise = "lsm-tree/short-reads-are-finished";
const entries = 600;

export const shortReadsAreFinished = together(promise, kata.version, [
  hunting({
    promise,
    hunt: {
      wants: ["lost", "invented", "refused"],
      phases: ["crash"],
      names: "core",
      live: liveWithRanges,
      crashesAt: ({ history }) => history.calls.every((call) => call.answeredAt !== null),
    },
    cases: 24,
    draw: (random, index) => ({
      clients: oneClient(random, {
        operations: 9,
        keys: ["a", "b", "c"],
        gets: 0.2,
        deletes: 0.15,
        others: [flushing(0.15), ranging(0.1), compacting(index % 3 === 2 ? 0.15 : 0)],
        sizes: [4, 40, 300, 5000],
      }),
      options: { memtableThreshold: 2 } satisfies Options,
      faults: { shortReads: index },
      recoveryFaults: { shortReads: index },
      thinning: 4,
      sectorBytes: sectorOf(index),
    }),
  }),
  scripted(promise, {
    "hundreds of entries": async (script) => {
      const options = { memtableThreshold: 150 };
      script.nextDisk(script.port.state.copy(), { shortReads: 1 });
      const tree = await script.open(options);
      await putAll(script, tree, shuffled(script, entries));
      await script.does("flush", () => tree.flush());
      for (let life = 0; life < 3; life++) {
        script.nextDisk(script.port.state.afterKill(), { shortReads: life });
        await script.newProcess();
        script.tell("the next life", "reads return fewer bytes than asked");
        const next = await script.open(options);
        for (let index = 0; index < entries; index += 7) {
          await script.showsQuietly(next, keyOf(index), valueOf(index));
          await script.showsQuietly(next, absentKeyAfter(index), undefined);
        }
        const all = Array.from(
          { length: entries },
          (_, index) => [keyOf(index), valueOf(index)] as const,
        );
        await script.ranges(next, {}, all);
      }
    },
  }),
]);
