/**
 * Time passes while transactions are open: those that have become too old say so whatever they are asked, are in
 * nobody's way and leave nothing; those that have not go on. And what the abandoned could still read is not kept.
 */
import { kata } from "#katas/mvcc-store/kata.ts";
import type { Random } from "#platform/random.ts";
import { together } from "../../harness/experiment.ts";
import { describeError } from "../../harness/in-words.ts";
import { measureMemory, type MemoryCase, shareOf } from "../memory.ts";
import type { Script, Step } from "../script.ts";
import { rounds, scriptExperiment, storeExperiment } from "../store-experiment.ts";
import { shown } from "../words.ts";
import { drawKeys, drawScript, framed, randomOf, scene } from "../workload.ts";

const promise = "mvcc-store/the-abandoned-expire";
const ageMsMax = 1000;

const scenes: readonly string[] = [
  // More milliseconds than 31 or 32 bits hold.
  "T1 begin; 3000000000 ms; T1 get a",
  "T1 begin; T1 put c 11; 4294967296 ms; T1 commit; T2 begin; T2 put c 12; T2 commit",
  // Equal is not more.
  "T1 begin; 1000 ms; T1 get a; T1 put c 11; T1 range; 1 ms; T1 get a",
  "T1 begin; T1 put a 11; 1001 ms; T1 commit; T2 begin; T2 get a; T2 range",
  "T1 begin; T1 put c 11; 1001 ms; T1 put c 12; T2 begin; T2 range",
  "T1 begin; T1 delete a; 5000 ms; T1 delete b; T2 begin; T2 range; T2 commit",
  "T1 begin; 1001 ms; T1 range",
  "T1 begin; T1 get a; 2000 ms; T1 commit",
  "T1 begin serializable; T1 range; T1 put c 11; 1001 ms; T1 get c",
  // Each has an age of its own, however busy it is.
  "T1 begin; 600 ms; T2 begin; T1 get a; T2 put a 11; 600 ms; T2 get a; T1 get a; T2 commit; T3 begin; T3 get a",
  "T1 begin; 400 ms; T1 get a; 400 ms; T1 put c 11; 400 ms; T1 put c 12; 2000 ms; T2 begin; T2 put c 13; T2 commit",
  // In nobody's way: not of those who begin later, nor of those who were there.
  "T1 begin; T1 put a 11; T1 put b 12; 1001 ms; T2 begin; T2 put a 13; T2 delete b; T2 commit; T1 get a; T3 begin; T3 range",
  "T1 begin serializable; T1 get a; T1 put b 11; 1001 ms; T2 begin serializable; T2 get b; T2 put a 12; T2 commit; T1 commit",
  "T1 begin; T1 put a 11; 500 ms; T2 begin; T2 put c 12; 501 ms; T2 get a; T2 commit; T1 rollback",
  // One that is over is over.
  "T1 begin; T1 put a 11; T1 commit; 5000 ms; T2 begin; T2 get a; 999 ms; T2 put a 12; T2 commit; T3 begin; T3 get a",
  // A rollback does not mind.
  "T1 begin; T1 put a 11; 1001 ms; T1 rollback; T2 begin; T2 put a 12; T2 commit",
];

const ages = scriptExperiment({
  promise,
  reading: { refusals: promise },
  *cases(budget) {
    for (const text of scenes) yield { ageMsMax, steps: framed({ a: 1, b: 2 }, scene(text)) };
    // An age need not be whole.
    yield { ageMsMax: 0.5, steps: framed({ a: 1 }, scene("T1 begin; T1 get a; 1 ms; T1 get a")) };
    yield {
      ageMsMax: 1.5,
      steps: framed({ a: 1 }, scene("T1 begin; 1 ms; T1 get a; 1 ms; T1 get a")),
    };
    // Nor need a moment: half a millisecond more than the age is more.
    yield {
      ageMsMax,
      steps: framed(
        { a: 1 },
        scene("T1 begin; 1000.5 ms; T1 get a; T2 begin; 1000 ms; T2 get a; 0.5 ms; T2 get a"),
      ),
    };
    // A clock alone makes nobody old, nor does its absence.
    const forever = scene("T1 begin; T1 put a 11; 1000000000 ms; T1 get a; T1 commit");
    yield { hasClock: true, steps: framed({ a: 1 }, forever) };
    yield { steps: framed({ a: 1 }, forever) };
    for (let round = 0; round < rounds(budget, 60); round++)
      yield drawAges(randomOf(budget.seed, round));
  },
});

/** Leaps of the clock amid a random history. */
function drawAges(random: Random): Script {
  const steps = drawScript(random, {
    transactions: 6 + random.below(10),
    open: 2 + random.below(4),
    keys: drawKeys(random, 6 + random.below(4)),
    calls: 5,
    ranges: 2,
    deletes: 2,
    rollbacks: 1,
    serializable: 2,
  });
  const leaps = [1, 300, 500, 999, 1000, 1001, 3000];
  const withTime = steps.flatMap((step): Step[] =>
    random.below(6) === 0
      ? [step, { do: "time", ms: leaps[random.below(leaps.length)] ?? 1 }]
      : [step],
  );
  return { ageMsMax, steps: withTime };
}

const memory = storeExperiment<MemoryCase>({
  promise,
  *cases({ seed, effort }) {
    const share = shareOf(effort);
    yield { history: "overwrites", readers: "abandoned", keys: 400, writes: 4, seed, share };
  },
  judge: measureMemory,
});

/** Time passes between the call of a commit and its answer. */
export interface AgingCommit {
  commits: "with writes" | "without writes";
}

const agingCommits = storeExperiment<AgingCommit>({
  promise,
  *cases() {
    yield { commits: "with writes" };
    yield { commits: "without writes" };
  },
  async judge(session, { commits }) {
    let now = 0;
    const clock = { now: () => now, sleep: () => new Promise<void>(() => undefined) };
    const store = await session.open({ transactionAgeMsMax: ageMsMax, clock });
    await session.store(store, "T1", [["a", 1]]);
    const transaction = session.call("T2 begin", () => store.begin());
    session.tell("T2 begin", "open");
    if (commits === "with writes")
      session.call("T2 put", () => {
        transaction.put("a", 2);
      });
    else session.call("T2 get", () => transaction.get("a"));
    session.tell(commits === "with writes" ? "T2 put a=2" : "T2 get a", "done");
    session.tell(`T2 commit, and ${ageMsMax + 1} ms pass before it is answered`);
    const outcome = await session.settled("T2 commit", () => {
      const answer = transaction.commit();
      now = ageMsMax + 1;
      return answer;
    });
    const expected = commits === "with writes" ? 2 : 1;
    const reader = session.call("T3 begin", () => store.begin());
    const found = session.call("T3 get a", () => reader.get("a"));
    if (outcome.how === "answered" && found === expected) {
      // Nor afterwards.
      const again = session.attempt(() => transaction.get("a"));
      if (again.how === "refused" && again.code === "CLOSED") return;
      const answer =
        again.how === "refused" ? `threw ${describeError(again.error)}` : shown(again.value);
      session.broken("T2 get a", answer, {
        signature: "expired after it was committed",
        expected: "CLOSED",
        therefore: "T2 was committed in time: it is over, and has not expired.",
      });
    }
    const [what, detail] =
      outcome.how === "refused"
        ? ["T2 commit", `rejected ${describeError(outcome.error)}`]
        : ["T3 get a", shown(found)];
    session.broken(what, detail, {
      signature: "expired while it was committed",
      expected: outcome.how === "refused" ? "answered ok" : shown(expected),
      therefore:
        "The commit of T2 was called in time, and whose commit has been called does not expire any more.",
    });
  },
});

export const theAbandonedExpire = together(promise, kata.version, [ages, memory, agingCommits]);
