/**
 * After the end of a validator at any moment an answered batch is there, an unanswered one whole or not at all, and
 * the ledger goes on.
 *
 * A validator is ended at every step of its work, with its put under way done or not. Another one, of a freshly
 * loaded copy of the code, hands in the same batches again and goes on; others commit meanwhile. Sometimes that one
 * comes to its end as well, before it has done much.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { openings, pay, type Script, type Step } from "../script.ts";
import { Drawer, randomOf } from "../workload.ts";

const stepsMax = 16;
const againMax = 6;
const batch = [pay("t1", "bank", "ann", 5), pay("t2", "ann", "bob", 3)];
const work: Step[] = [
  { do: "commit", batch: openings },
  { do: "commit", batch },
  { do: "commit", batch: openings },
  { do: "commit", batch },
  { do: "read" },
  { do: "commit", batch: [pay("t3", "bob", "eve", 3)] },
  { do: "read" },
];

function* scenes(): Iterable<Script> {
  for (let step = 0; step < stepsMax; step++)
    for (const isDone of [true, false])
      yield { clients: [work], order: [], crash: { client: 0, step, isDone } };
  for (const step of [2, 5, 8])
    for (const isDone of [true, false])
      for (let again = 1; again <= againMax; again++)
        yield { clients: [work], order: [], crash: { client: 0, step, isDone, again } };
}

export const crashesLoseNothing = scriptExperiment({
  promise: "ledger/crashes-lose-nothing",
  breaks: [
    "memory",
    "accounts",
    "version",
    "effect",
    "winner",
    "verdict",
    "funds",
    "repeat",
    "stale",
    "atomic",
  ],
  isJudgedByANewOne: true,
  probes: true,
  *cases(budget) {
    yield* scenes();
    for (let round = 0; round < rounds(budget, 220); round++) {
      const random = randomOf(budget.seed, round);
      const drawer = new Drawer(random, { gifts: 5, opens: 1, centsMax: 12 });
      const steps: Step[] = [{ do: "commit", batch: openings }];
      for (let count = 0; count < 4; count++) {
        const step: Step = {
          do: "commit",
          batch: drawer.batch(3),
          policy: random.below(2) === 0 ? "valid-only" : "all-or-nothing",
        };
        steps.push(step);
        if (random.below(2) === 0) steps.push(step);
      }
      const others: Step[] = [
        { do: "commit", batch: [...openings, ...drawer.batch(2)], policy: "valid-only" },
        { do: "commit", batch: drawer.batch(2), policy: "valid-only" },
        { do: "read" },
      ];
      yield {
        options: { attemptsMax: 16 },
        clients: round % 2 === 0 ? [steps] : [steps, others],
        order: { drawn: budget.seed * 10_007 + round },
        crash: {
          client: 0,
          step: random.below(24),
          isDone: random.below(2) === 0,
          ...(round % 3 === 0 ? { again: 1 + random.below(8) } : {}),
        },
      };
    }
  },
  atEnd(session) {
    if (!session.hasCrashed)
      session.missed("no validator came to its end while it had something to do");
  },
});
