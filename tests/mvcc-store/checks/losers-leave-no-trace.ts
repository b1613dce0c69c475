/** Transactions write several keys and are refused for one of them: they are over, and nobody ever sees the others. */
import { describeError } from "../../harness/in-words.ts";
import { namesIn, type Script, smallerScripts } from "../script.ts";
import { type Outcome, Play, type Session } from "../session.ts";
import { rounds, storeExperiment } from "../store-experiment.ts";
import { drawKeys, drawScript, framed, randomOf, scene } from "../workload.ts";

const scenes: readonly string[] = [
  // The key in dispute is written first, in the middle, last.
  "T1 begin; T2 begin; T1 put a 11; T1 commit; T2 put a 12; T2 put b 13; T2 put c 14; T2 commit; T3 begin; T3 range",
  "T1 begin; T2 begin; T1 put b 11; T1 commit; T2 put a 12; T2 put b 13; T2 put c 14; T2 commit; T3 begin; T3 range",
  "T1 begin; T2 begin; T1 put c 11; T1 commit; T2 put a 12; T2 delete b; T2 put c 14; T2 commit; T3 begin; T3 range",
  // Seen by those who began before the refusal as little as by those who begin later.
  "T1 begin; T2 begin; T2 put a 12; T2 put c 14; T1 put c 11; T1 commit; T3 begin; T3 range; T2 commit; T3 range; T3 get a; T4 begin; T4 range; T4 get a",
  // Nor when the key is written again by somebody else, who reads before.
  "T1 begin; T2 begin; T1 put a 11; T1 commit; T2 put b 12; T2 put a 13; T2 commit; T3 begin; T3 get b; T3 put b 14; T3 commit; T4 begin; T4 range",
  "T1 begin; T2 begin; T1 put a 11; T1 commit; T2 delete b; T2 delete a; T2 commit; T3 begin; T3 get b; T3 range; turns 3; T4 begin; T4 range",
  "T1 begin serializable; T2 begin serializable; T1 get b; T2 get a; T1 put a 11; T1 put d 12; T2 put b 13; T2 put c 14; T1 commit; T2 commit; T3 begin; T3 range",
];

export const losersLeaveNoTrace = storeExperiment<Script>({
  promise: "mvcc-store/losers-leave-no-trace",

  *cases(budget) {
    for (const text of scenes) yield { steps: framed({ a: 1, b: 2 }, scene(text)) };
    for (let round = 0; round < rounds(budget, 80); round++) {
      const random = randomOf(budget.seed, round);
      const steps = drawScript(random, {
        transactions: 5 + random.below(12),
        open: 2 + random.below(5),
        keys: drawKeys(random, 3 + random.below(3)),
        calls: 6,
        conflicts: true,
        ranges: 2,
        deletes: 3,
        readers: 2,
        turns: 1,
        serializable: random.below(3) * 2,
      });
      yield { steps };
    }
  },

  async judge(session, script) {
    const play = new Play(session, await session.open(), script);
    const tried = new Set<string>();
    for (const step of script.steps) {
      await play.take(step);
      for (const name of namesIn(script.steps)) {
        if (tried.has(name) || play.transaction(name)?.model.state !== "refused") continue;
        tried.add(name);
        // Two ways to go on as if nothing had happened; each must leave no trace either.
        await staysOver(session, play, { name, alsoCommits: tried.size % 2 === 0 });
      }
    }
    if (tried.size === 0) session.missed("no transaction was refused with CONFLICT");
  },

  smaller: smallerScripts,
});

async function staysOver(
  session: Session,
  play: Play,
  { name, alsoCommits }: { name: string; alsoCommits: boolean },
): Promise<void> {
  const itself = play.transaction(name)?.itself;
  if (itself === undefined) return;
  const [key = "a"] = play.transaction(name)?.model.writes.keys() ?? [];
  isOver(
    session,
    `${name} get ${key}`,
    session.attempt(() => itself.get(key)),
  );
  isOver(
    session,
    `${name} put ${key}=999`,
    session.attempt(() => {
      itself.put(key, 999);
    }),
  );
  if (alsoCommits)
    isOver(
      session,
      `${name} commit`,
      await session.settled(`${name} commit`, () => itself.commit()),
    );
  session.call(`${name} rollback`, () => {
    itself.rollback();
  });
}

function isOver(session: Session, what: string, outcome: Outcome): void {
  if (outcome.how === "refused" && (outcome.code === "CLOSED" || outcome.code === "CONFLICT")) {
    session.tell(what, outcome.code);
    return;
  }
  const detail = outcome.how === "answered" ? "answered" : `threw ${describeError(outcome.error)}`;
  session.broken(what, detail, {
    signature: "a loser goes on",
    expected: "CLOSED",
    therefore: `${what} came after CONFLICT: the transaction is over, and every call but rollback gives CLOSED.`,
  });
}
