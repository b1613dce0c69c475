/**
 * While fewer than attemptsMax calls to the store go wrong, every call is answered as if none had.
 *
 * Each call of a commit goes wrong in each way, alone and twice, while somebody else commits or nobody does. Then
 * several validators share a ledger whose store loses answers. A batch whose put timed out has become an entry or
 * not: what is answered must be what the ledger shows.
 */
import type { StoreFault } from "#platform/testing/flaky-store.ts";
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { openings, pay, type PlannedFault, type Script, type Step } from "../script.ts";
import { Drawer, pick, randomOf } from "../workload.ts";

const faultKinds: readonly StoreFault[] = ["timed out after", "timed out before", "throttled"];

function faulty(
  faults: PlannedFault[],
  more: Partial<Extract<Step, { do: "commit" }>> = {},
): Script {
  return {
    options: { attemptsMax: 4 },
    clients: [
      [
        { do: "commit", batch: openings },
        { do: "others", count: 1 },
        {
          do: "commit",
          batch: [pay("t1", "bank", "ann", 5), pay("t2", "ann", "bob", 2)],
          faults,
          ...more,
        },
        { do: "read" },
        { do: "commit", batch: [pay("t3", "bank", "ann", 1)] },
        { do: "read" },
      ],
    ],
    order: [],
  };
}

function* scenes(): Iterable<Script> {
  for (let call = 0; call < 6; call++) {
    for (const fault of faultKinds) {
      yield faulty([{ call, fault }]);
      yield faulty([{ call, fault }], { rivals: [{ put: 0 }] });
      yield faulty([{ call, fault }], { rivals: [{ put: 1 }] });
      for (const second of faultKinds)
        yield faulty([
          { call, fault },
          { call: call + 1, fault: second },
        ]);
    }
    yield faulty([
      { call, fault: "timed out after" },
      { call: call + 1, fault: "timed out before" },
      { call: call + 2, fault: "throttled" },
    ]);
  }
  // A lost answer, and money that somebody else takes at the same moment.
  for (let call = 0; call < 4; call++)
    yield faulty([{ call, fault: "timed out before" }], {
      rivals: [{ put: 0, batch: [pay("r1", "bank", "bob", 3), pay("r2", "bob", "eve", 3)] }],
    });
}

export const aLostAnswerIsFoundOut = scriptExperiment({
  promise: "ledger/a-lost-answer-is-found-out",
  breaks: [
    "unknown",
    "effect",
    "version",
    "winner",
    "verdict",
    "funds",
    "accounts",
    "stale",
    "repeat",
    "race",
  ],
  *cases(budget) {
    yield* scenes();
    for (let call = 0; call < 4; call++)
      for (const fault of faultKinds)
        yield {
          options: { attemptsMax: 3 },
          clients: [
            [
              { do: "commit", batch: openings },
              { do: "others", count: 2 },
              {
                do: "read",
                faults: [
                  { call, fault },
                  { call: call + 1, fault },
                ],
              },
            ],
          ],
          order: [],
        };
    for (const fault of faultKinds) {
      const faults = [0, 1, 2].map((call): PlannedFault => ({ call, fault }));
      yield {
        known: "As many calls of each may go wrong as of the one before",
        options: { attemptsMax: 4 },
        clients: [
          [
            { do: "commit", batch: openings },
            ...[1, 2, 3, 4].flatMap((number): Step[] => [
              { do: "commit", batch: [pay(`t${number}`, "bank", "ann", 5)], faults },
              { do: "read", faults },
            ]),
          ],
        ],
        order: [],
      };
    }
    for (let round = 0; round < rounds(budget, 220); round++) {
      const random = randomOf(budget.seed, round);
      const clients = Array.from({ length: 1 + (round % 3) }, (_, client): Step[] => {
        const drawer = new Drawer(random, { gifts: 3, centsMax: 12 }, `c${client}-`);
        const steps: Step[] =
          client === 0
            ? [{ do: "commit", batch: [...openings, pay("g1", "bank", "ann", 15)] }]
            : [];
        for (let left = 2 + random.below(2); left > 0; left--) {
          const faults = Array.from({ length: random.below(4) }, () => ({
            call: random.below(7),
            fault: pick(random, faultKinds),
          }));
          steps.push({ do: "commit", batch: drawer.batch(2), policy: "valid-only", faults });
        }
        return [...steps, { do: "read" }];
      });
      yield {
        options: { attemptsMax: 16 },
        clients,
        order: { drawn: budget.seed * 10_007 + round },
      };
    }
  },
});
