/** Readers of many ages stay open while every key is overwritten, deleted and put again, and versions are collected. */
import type { InvariantId } from "#katas/mvcc-store/invariants.ts";
import { kata } from "#katas/mvcc-store/kata.ts";
import type { Random } from "#platform/random.ts";
import { together } from "../../harness/experiment.ts";
import type { Origin } from "../model.ts";
import type { Step } from "../script.ts";
import { promiseOfOrigin, type Session } from "../session.ts";
import { rounds, scriptExperiment, storeExperiment } from "../store-experiment.ts";
import { shown } from "../words.ts";
import { beginning, drawKeys, framed, pick, randomOf, readEverything, scene } from "../workload.ts";

/** What collecting too much, or too little of a deleted key, looks like to a reader. */
export const collected: Readonly<Record<Origin, InvariantId>> = {
  ...promiseOfOrigin,
  later: "mvcc-store/old-snapshots-stay-whole",
  stale: "mvcc-store/old-snapshots-stay-whole",
  lost: "mvcc-store/old-snapshots-stay-whole",
  invented: "mvcc-store/old-snapshots-stay-whole",
  resurrected: "mvcc-store/deleted-stays-deleted",
};

const scenes: readonly string[] = [
  // The newest version at or below the oldest snapshot is the one that has to stay.
  `T1 begin; T1 put a 11; T1 commit; T2 begin; T3 begin; T3 put a 12; T3 commit; T4 begin; T4 put a 13; T4 commit
   turns 3; T2 get a; T2 range; T5 begin; T2 commit; T6 begin; T6 put a 14; T6 commit; turns 3; T5 get a; T5 range`,
  // The oldest reader ends, the second oldest does not.
  `T1 begin; T2 begin; T2 put a 12; T2 put b 13; T2 commit; T3 begin; T4 begin; T4 put a 14; T4 delete b; T4 commit
   T1 rollback; turns 3; T5 begin; T5 put a 15; T5 commit; turns 3; T3 get a; T3 get b; T3 range`,
  // Two began at the same moment, and one of them ends.
  "T1 begin; T2 begin; T1 commit; T3 begin; T3 put a 11; T3 delete b; T3 commit; turns 3; T2 get a; T2 get b; T2 range",
  // Deleted while somebody still reads it, and put again.
  `T1 begin; T2 begin; T2 delete a; T2 commit; turns 3; T1 get a; T3 begin; T4 begin; T4 put a 11; T4 commit; turns 3
   T1 get a; T3 get a; T3 range; T1 range; T5 begin; T5 get a`,
  // The reader of nothing: what comes later is not in it.
  "T1 begin serializable; T2 begin; T2 put c 11; T2 commit; T3 begin; T3 put c 12; T3 commit; turns 3; T1 get c; T1 range",
  // A writer that is open for long reads its snapshot as well.
  "T1 begin; T1 put c 11; T2 begin; T2 put a 12; T2 commit; T3 begin; T3 put a 13; T3 commit; turns 3; T1 get a; T1 range; T1 commit",
];

const promise = "mvcc-store/old-snapshots-stay-whole";

const scripts = scriptExperiment({
  promise,
  reading: { answers: collected },
  *cases(budget) {
    for (const text of scenes) yield { steps: framed({ a: 1, b: 2 }, scene(text)) };
    for (let round = 0; round < rounds(budget, 24); round++) {
      const random = randomOf(budget.seed, round);
      const commits = round % 10 === 9 ? 800 : 20 + random.below(100);
      yield { steps: longReaders(random, { commits, deletes: 2 }) };
    }
  },
});

/** One commit after the other, and readers that begin, look and end at any time between them. */
export function longReaders(
  random: Random,
  { commits, deletes }: { commits: number; deletes: number },
): Step[] {
  const keys = drawKeys(random, 3 + random.below(5), random.below(2) === 0);
  const steps: Step[] = [];
  const readers: string[] = [];
  let count = 0;
  let value = 0;
  const next = (): string => `T${++count}`;
  for (let commit = 0; commit < commits; commit++) {
    if (readers.length < 5 && random.below(3) === 0) {
      const t = next();
      readers.push(t);
      steps.push(beginning(t, random.below(3) === 0 ? "serializable" : undefined));
    }
    const t = next();
    steps.push({ t, do: "begin" });
    for (let write = random.below(3); write >= 0; write--) {
      const key = pick(random, keys);
      if (random.below(10) < deletes) steps.push({ t, do: "delete", key });
      else steps.push({ t, do: "put", key, value: ++value });
    }
    steps.push({ t, do: random.below(12) === 0 ? "rollback" : "commit" });
    if (random.below(8) === 0) steps.push({ do: "turns", count: 1 + random.below(3) });
    if (readers.length === 0) continue;
    const reader = pick(random, readers);
    if (random.below(4) === 0) steps.push({ t: reader, do: "range" });
    else steps.push({ t: reader, do: "get", key: pick(random, keys) });
    if (random.below(readers.length === 5 ? 6 : 20) !== 0) continue;
    steps.push(...keys.map((key): Step => ({ t: reader, do: "get", key })));
    steps.push({ t: reader, do: "range" }, { t: reader, do: pick(random, ["commit", "rollback"]) });
    readers.splice(readers.indexOf(reader), 1);
  }
  for (const t of readers) steps.push({ t, do: "range" });
  return [...steps, { do: "turns", count: 3 }, ...readEverything(next(), keys)];
}

/** One key is overwritten so often, and readers begin after so many of the commits. */
export interface OneKey {
  commits: number;
  readersAfter: number[];
}

const oneKey = storeExperiment<OneKey>({
  promise,
  *cases() {
    yield { commits: 10_000, readersAfter: [1, 2, 40, 300, 2000, 6000] };
  },
  async judge(session, { commits, readersAfter }) {
    const store = await session.open();
    const readers: { after: number; look: () => void }[] = [];
    for (let from = 0; from < commits;) {
      const until = Math.min(from + 50, commits, ...readersAfter.filter((after) => after > from));
      const what = `commit a=${from + 1} to a=${until}, one after the other`;
      await session.settled(what, async () => {
        while (from < until) {
          const writer = store.begin();
          writer.put("a", ++from);
          await writer.commit();
        }
      });
      if (!readersAfter.includes(until)) continue;
      session.tell(`${until} commits of a=1, a=2 and so on`, "answered ok");
      const reader = session.call("begin", () => store.begin());
      session.tell(`R${until} begin`, "open");
      readers.push({
        after: until,
        look: () => {
          readsStill(session, until, () => reader.get("a"));
        },
      });
    }
    session.tell(`commits until a=${commits}`, "answered ok");
    for (const { look } of readers) look();
  },
  *smaller({ commits, readersAfter }) {
    for (const after of readersAfter)
      if (readersAfter.length > 1)
        yield { commits, readersAfter: readersAfter.filter((other) => other !== after) };
    const last = Math.max(0, ...readersAfter);
    for (const less of [commits >> 2, commits >> 1, (commits * 3) >> 2])
      if (less > last && less < commits) yield { commits: less, readersAfter };
  },
});

function readsStill(session: Session, value: number, get: () => unknown): void {
  const what = `R${value} get a`;
  const found = session.call(what, get);
  if (found === value) {
    session.tell(what, shown(found));
    return;
  }
  session.broken(what, shown(found), {
    signature: "a version is gone",
    expected: shown(value),
    therefore: `R${value} began when a was ${value}, is open still, and must read that.`,
  });
}

export const oldSnapshotsStayWhole = together(promise, kata.version, [scripts, oneKey]);
