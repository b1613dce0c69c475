/**
 * A validator that knows a ledger reads k new entries, and commits, with at most 3 × k + 6 calls to the store.
 *
 * Others commit from none to fifty batches while it does nothing; its next read or commit is counted. What it
 * reads then must be what is there.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { times } from "../judge.ts";
import { openings, pay, type Step } from "../script.ts";
import { randomOf } from "../workload.ts";

const callsPerEntry = 3;
const callsAlways = 6;

export const onlyWhatIsNewIsRead = scriptExperiment({
  promise: "ledger/only-what-is-new-is-read",
  breaks: ["stale", "accounts"],
  *cases(budget) {
    const sequences = [
      [30, 0],
      [12, 1, 50, 3],
      [0, 0, 25, 2, 0],
    ];
    for (const counts of sequences.slice(0, rounds(budget, 12))) yield stepsOf(counts);
    for (let round = 0; round < rounds(budget, 4); round++) {
      const random = randomOf(budget.seed, round);
      yield stepsOf(
        Array.from({ length: 4 }, () =>
          random.below(2) === 0 ? random.below(4) : random.below(51),
        ),
      );
    }
  },
  atEnd(session) {
    const [first, ...records] = session.records.filter(
      ({ client, kind }) => client === 1 && kind !== "plan",
    );
    if (first === undefined) return;
    for (const record of records) {
      if (record.kind === "plan") continue;
      const { calls, newEntries, what, client } = record;
      const callsMax = callsPerEntry * newEntries + callsAlways;
      if (calls <= callsMax) continue;
      session.broken(what, times(calls, "call"), client, {
        signature: "calls",
        therefore: `There were ${newEntries} new entries, so it makes at most 3 × ${newEntries} + 6 = ${callsMax} calls to the store, and it made ${calls}.`,
      });
    }
  },
});

function stepsOf(counts: readonly number[]) {
  const steps = counts.flatMap((count, index): Step[] => [
    { do: "others", count },
    { do: "read" },
    { do: "others", count: Math.min(count, 10) },
    { do: "commit", batch: [pay(`t${index}`, "bank", "ann", 1)] },
  ]);
  return {
    clients: [[{ do: "commit", batch: openings } as Step, ...steps, { do: "read" } as Step]],
    order: [],
  };
}
