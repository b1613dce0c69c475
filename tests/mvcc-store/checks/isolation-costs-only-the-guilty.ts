/** The innocent again, with serializable transactions among them: what they have read costs only whoever wrote it. */
import { kata } from "#katas/mvcc-store/kata.ts";
import { together } from "../../harness/experiment.ts";
import { longOverlaps } from "../long-overlaps.ts";
import { scriptExperiment, rounds } from "../store-experiment.ts";
import { specialKeys } from "../values.ts";
import {
  drawKeys,
  drawScript,
  eachItsOwn,
  framed,
  randomOf,
  scene,
  severalRanges,
} from "../workload.ts";
import { innocentScenes } from "./the-innocent-commit.ts";

const scenes: readonly string[] = [
  // A range ends before its end, and begins with its start.
  "T1 begin serializable; T2 begin serializable; T1 range a b; T1 put aa 11; T2 put b 12; T2 commit; T1 commit",
  "T1 begin serializable; T2 begin serializable; T1 range b; T1 put bb 11; T2 put a 12; T2 commit; T1 commit",
  "T1 begin serializable; T2 begin serializable; T1 range c c; T1 put d 11; T2 put c 12; T2 commit; T1 commit",
  // Between two ranges, and between two keys, lies what was not read.
  "T1 begin serializable; T2 begin serializable; T1 range a b; T1 range d e; T1 put f 11; T2 put c 12; T2 commit; T1 commit",
  "T1 begin serializable; T2 begin serializable; T1 range d e; T1 get a; T1 range a b; T1 put f 11; T2 put c 12; T2 commit; T1 commit",
  "T1 begin serializable; T2 begin serializable; T1 get a; T1 get d; T1 put f 11; T2 put c 12; T2 commit; T1 commit",
  // Between an end and the start behind it there is nothing to read.
  "T1 begin serializable; T2 begin serializable; T1 range c a; T1 put d 11; T2 put b 12; T2 commit; T1 commit",
  // A snapshot that only reads is refused by nobody, and refuses nobody.
  "T1 begin; T1 range; T2 begin serializable; T2 get a; T2 put a 11; T2 commit; T3 begin serializable; T3 range; T3 put b 12; T3 commit; T1 range; T1 commit",
  // What was read in a transaction that is over counts no more.
  "T1 begin serializable; T1 range; T1 rollback; T2 begin serializable; T2 put a 11; T2 commit; T3 begin serializable; T3 get a; T3 put a 12; T3 commit",
  "T1 begin serializable; T1 get a; T1 put b 11; T1 commit; T2 begin serializable; T2 get b; T2 put a 12; T2 commit; T3 begin serializable; T3 range; T3 put c 13; T3 commit",
  // Committed before it began, and read then: no conflict, however recent.
  "T1 begin serializable; T1 put a 11; T1 commit; T2 begin serializable; T2 get a; T2 range; T2 put c 12; T2 commit",
  // A read of absent keys is in nobody's way who writes others.
  "T1 begin serializable; T2 begin serializable; T1 get c; T1 get d; T1 put e 11; T2 put f 12; T2 get g; T2 commit; T1 commit",
];

const promise = "mvcc-store/isolation-costs-only-the-guilty";

const scripts = scriptExperiment({
  promise,
  *cases(budget) {
    for (const text of scenes) yield { steps: framed({ a: 1, b: 2 }, scene(text)) };
    for (const text of innocentScenes)
      yield {
        steps: framed({ a: 1, b: 2 }, scene(text.replaceAll("begin", "begin serializable"))),
      };
    for (const keys of [specialKeys, specialKeys.toReversed()])
      yield { steps: framed({}, eachItsOwn(keys, "serializable")) };
    for (let round = 0; round < rounds(budget, 300); round++) {
      const random = randomOf(budget.seed, 500_000 + round);
      yield { steps: framed({ b: 1 }, severalRanges(random)) };
    }
    for (let round = 0; round < rounds(budget, 200); round++) {
      const random = randomOf(budget.seed, round);
      const steps = drawScript(random, {
        transactions: 5 + random.below(12),
        open: 2 + random.below(4),
        keys: drawKeys(random, 6 + random.below(12)),
        calls: 4,
        readers: 3,
        ranges: 1,
        deletes: 3,
        rollbacks: 2,
        turns: 1,
        serializable: 6,
      });
      yield { steps };
    }
  },
});

export const isolationCostsOnlyTheGuilty = together(promise, kata.version, [
  scripts,
  longOverlaps(promise, [
    { role: "bystander", isolation: "serializable", commits: 10_000 },
    { role: "bystander", isolation: "serializable", commits: 3, reads: 1500 },
    { role: "bystander", isolation: "serializable", commits: 3, reads: 1200, by: "range" },
  ]),
]);
