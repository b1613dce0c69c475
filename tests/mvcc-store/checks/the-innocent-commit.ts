/**
 * Transactions that are in nobody's way, among others that are: every CONFLICT must have a reason. And rivals for
 * one key, of whom one must win.
 */
import { kata } from "#katas/mvcc-store/kata.ts";
import { together } from "../../harness/experiment.ts";
import { longOverlaps } from "../long-overlaps.ts";
import { footprintOf, type Script, smallerScripts, type Step } from "../script.ts";
import { Play, type Session } from "../session.ts";
import { rounds, storeExperiment } from "../store-experiment.ts";
import { specialKeys } from "../values.ts";
import {
  drawKeys,
  drawScript,
  eachItsOwn,
  framed,
  randomOf,
  scene,
  shuffled,
} from "../workload.ts";
import type { Random } from "#platform/random.ts";

const promise = "mvcc-store/the-innocent-commit";

export interface InnocentCase extends Script {
  /** All that write this key, write and read nothing else, and are rivals. */
  rivalsFor?: string;
}

export const innocentScenes: readonly string[] = [
  // Alone, again and again, on the same key.
  "T1 begin; T1 get a; T1 put a 11; T1 commit; T2 begin; T2 put a 12; T2 commit; T3 begin; T3 delete a; T3 commit; T4 begin; T4 put a 13; T4 commit",
  // Only reading, however much is written meanwhile.
  "T1 begin; T1 get a; T1 range; T2 begin; T2 put a 11; T2 put c 12; T2 commit; T1 get a; T1 range; T1 commit",
  "T1 begin; T1 commit; T2 begin; T3 begin; T3 put a 11; T3 commit; T2 commit",
  // The writer is in no reader's way either.
  "T1 begin; T1 range; T2 begin; T2 put a 11; T2 commit; T3 begin; T3 put a 12; T3 commit; T1 range",
  // Apart from each other: keys, ranges, and ranges that end where the other begins.
  "T1 begin; T2 begin; T1 get a; T1 put a 11; T2 get b; T2 put b 12; T1 commit; T2 commit",
  "T1 begin; T2 begin; T1 range a b; T1 put aa 11; T2 range b; T2 put c 12; T2 commit; T1 commit",
  "T1 begin; T2 begin; T1 put c 11; T2 put d 12; T2 delete e; T1 commit; T2 commit",
  // The others ended before: by a commit, a rollback, a refusal.
  "T1 begin; T1 put a 11; T2 begin; T2 put b 12; T2 commit; T1 commit; T3 begin; T3 put a 13; T3 put b 14; T3 commit",
  "T1 begin; T1 put a 11; T1 delete b; T1 rollback; T2 begin; T2 put a 12; T2 put b 13; T2 commit",
  "T1 begin; T2 begin; T1 put a 11; T2 put b 12; T2 put a 13; T1 commit; T2 commit; T3 begin; T3 put b 14; T3 put a 15; T3 commit",
  // Open for long, while others write other keys many times.
  "T1 begin; T1 get b; T2 begin; T2 put a 11; T2 commit; T3 begin; T3 put a 12; T3 commit; T4 begin; T4 put a 13; T4 commit; turns 2; T1 put b 14; T1 commit",
  // Keys that a careless separator or hash takes for one.
  'T1 begin; T2 begin; T1 put "a\\u0000" 11; T2 put a 12; T1 put "1" 13; T2 put "01" 14; T1 commit; T2 commit',
];

const histories = storeExperiment<InnocentCase>({
  promise,

  *cases(budget) {
    for (const text of innocentScenes) yield { steps: framed({ a: 1, b: 2 }, scene(text)) };
    for (const keys of [specialKeys, specialKeys.toReversed()])
      yield { steps: framed({}, eachItsOwn(keys)) };
    for (let round = 0; round < rounds(budget, 150); round++) {
      const random = randomOf(budget.seed, round);
      const steps = drawScript(random, {
        transactions: 5 + random.below(15),
        open: 2 + random.below(5),
        keys: drawKeys(random, 4 + random.below(8)),
        calls: 4,
        conflicts: round % 2 === 0,
        readers: 4,
        ranges: 1,
        deletes: 3,
        rollbacks: 2,
        turns: 1,
      });
      yield { steps };
    }
    for (let round = 0; round < rounds(budget, 60); round++) {
      const random = randomOf(budget.seed, 500_000 + round);
      yield { rivalsFor: "a", steps: rivals(random, 2 + random.below(5)) };
    }
  },

  async judge(session, script) {
    const play = new Play(session, await session.open(), script);
    await play.takeAll(script.steps);
    if (script.rivalsFor !== undefined) oneHasWon(session, play, script);
  },

  smaller: smallerScripts,
});

/** All begin; then each writes and later commits, in any order. */
function rivals(random: Random, count: number): Step[] {
  const names = Array.from({ length: count }, (_, index) => `T${index + 1}`);
  const waiting = names.map((t, index): Step[] => [
    random.below(4) === 0
      ? { t, do: "delete", key: "a" }
      : { t, do: "put", key: "a", value: index + 11 },
    { t, do: "commit" },
  ]);
  const steps: Step[] = shuffled(random, names).map((t) => ({ t, do: "begin" }));
  for (let left = waiting.flat().length; left > 0; left--) {
    const next = shuffled(
      random,
      waiting.filter((one) => one.length > 0),
    )[0]?.shift();
    if (next !== undefined) steps.push(next);
  }
  return framed({ a: 1 }, steps);
}

function oneHasWon(session: Session, play: Play, { steps, rivalsFor = "" }: InnocentCase): void {
  const all = [...play.model.transactions.values()].filter(({ name }) => {
    const { keysWritten, keysRead, rangesRead } = footprintOf(steps, name);
    return keysWritten.has(rivalsFor) && keysRead.size === 0 && rangesRead.length === 0;
  });
  const rivalsLeft = all.filter(({ name }) => name !== "T0");
  const areRivals =
    rivalsLeft.every((one) => one.state !== "open") &&
    rivalsLeft.every((one) => rivalsLeft.every((other) => one.overlaps(other)));
  if (rivalsLeft.length < 2 || !areRivals) return;
  if (rivalsLeft.some(({ state }) => state === "committed")) return;
  const names = rivalsLeft.map(({ name }) => name).join(", ");
  session.broken("all rivals", "were refused", {
    signature: "no rival wins",
    expected: "one of them to commit",
    therefore: `${names} overlap, write ${rivalsFor} and nothing else: exactly one of them must commit.`,
  });
}

export const theInnocentCommit = together(promise, kata.version, [
  histories,
  longOverlaps(promise, [
    { role: "bystander", isolation: "snapshot", commits: 300 },
    { role: "bystander", isolation: "snapshot", commits: 10_000, reads: 100 },
  ]),
]);
