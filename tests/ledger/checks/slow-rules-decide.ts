/**
 * A transaction happens only if every slow rule allows it, with any executor; one that fails ends its own commit.
 *
 * The same batches are handed in with a pool of the subject's, with an executor that runs one task at a time, and
 * with one that answers in any order; some overlap.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import type { SlowRuleName } from "../rules.ts";
import { transactionOf } from "../model.ts";
import {
  open,
  openings,
  pay,
  type Script,
  type ScriptOptions,
  shown,
  type Step,
} from "../script.ts";
import { Drawer, pick, randomOf } from "../workload.ts";

const executors = ["pool", "one at a time", "any order"] as const;

function* scenes(): Iterable<Script> {
  for (const executor of executors) {
    const options = (...slowRules: SlowRuleName[]): ScriptOptions => ({ executor, slowRules });
    yield {
      known: "Odd amounts are refused by a slow rule",
      options: options("even"),
      clients: [
        [
          { do: "commit", batch: openings },
          {
            do: "commit",
            batch: [
              "x",
              pay("t1", "bank", "ann", 4),
              pay("t2", "bank", "ann", 5),
              null,
              pay("t3", "ann", "bob", 4),
            ],
            policy: "valid-only",
          },
          { do: "commit", batch: [pay("t4", "bank", "ann", 2), pay("t5", "bank", "ann", 3)] },
        ],
      ],
      order: [],
    };
    yield {
      known: "A plan is judged by slow rules as well",
      options: options("even"),
      clients: [
        [
          { do: "commit", batch: openings },
          {
            do: "plan",
            plan: "P",
            batch: [pay("t1", "bank", "ann", 4), pay("t2", "bank", "ann", 5)],
            policy: "valid-only",
          },
          { do: "attempt", plan: "P" },
          { do: "read" },
        ],
      ],
      order: [],
    };
    yield {
      known: "What was refused comes again under the same id, and is another",
      level: 4,
      options: options("even"),
      clients: [
        [
          { do: "commit", batch: openings },
          { do: "commit", batch: [pay("t1", "bank", "ann", 5)] },
          { do: "commit", batch: [pay("t1", "bank", "ann", 4)] },
          {
            do: "commit",
            batch: [pay("t2", "bank", "ann", 7), pay("t2", "bank", "ann", 2)],
            policy: "valid-only",
          },
        ],
      ],
      order: [],
    };
    yield {
      known: "The second of two slow rules objects",
      options: options("even", "no mallory, slowly"),
      clients: [
        [
          { do: "commit", batch: openings },
          {
            do: "commit",
            batch: [open("mallory"), pay("t1", "bank", "ann", 4)],
            policy: "valid-only",
          },
        ],
      ],
      order: [],
    };
    for (const slowRules of [
      ["slow on 13", "no mallory, slowly"],
      ["no mallory, slowly", "slow on 13"],
    ] as const)
      yield {
        known: "One of two slow rules fails, and the other has no objection",
        options: options(...slowRules),
        clients: [
          [
            { do: "commit", batch: openings },
            { do: "commit", batch: [pay("t1", "bank", "ann", 13)] },
            { do: "commit", batch: [pay("t2", "bank", "ann", 4)] },
          ],
        ],
        order: [],
      };
    yield {
      known: "A reason is a text, and may be the empty one",
      options: options("no mallory, slowly", "silent on 7, slowly"),
      clients: [
        [
          { do: "commit", batch: openings },
          {
            do: "commit",
            batch: [pay("t1", "bank", "ann", 8), pay("t2", "bank", "ann", 7)],
            policy: "valid-only",
          },
        ],
      ],
      order: [],
    };
    yield {
      known: "A slow rule fails",
      options: options("slow on 13"),
      clients: [
        [
          { do: "commit", batch: openings },
          {
            do: "commit",
            batch: [pay("t1", "bank", "ann", 4), pay("t2", "bank", "ann", 13)],
            policy: "valid-only",
          },
          { do: "read" },
          { do: "commit", batch: [pay("t3", "bank", "ann", 6)] },
        ],
      ],
      order: [],
    };
    yield {
      known: "A slow rule fails in the midst of others",
      options: options("slow on 13", "even"),
      clients: [
        [
          { do: "commit", batch: openings },
          { do: "commit", batch: [pay("t1", "bank", "ann", 4)], unanswered: true },
          { do: "commit", batch: [pay("t2", "bank", "ann", 13)], unanswered: true },
          { do: "commit", batch: [pay("t3", "bank", "ann", 6)], unanswered: true },
          { do: "answers" },
          { do: "commit", batch: [pay("t4", "bank", "ann", 8)] },
        ],
      ],
      order: [],
    };
  }
}

export const slowRulesDecide = scriptExperiment({
  promise: "ledger/slow-rules-decide",
  // Of a reason without a letter nobody can say whose it is; there are no other rules here.
  breaks: ["slow", "rule", "effect"],
  *cases(budget) {
    yield* scenes();
    const sets: SlowRuleName[][] = [
      ["even"],
      ["even", "no mallory, slowly"],
      ["slow on 13", "even"],
    ];
    for (let round = 0; round < rounds(budget, 90); round++) {
      const random = randomOf(budget.seed, round);
      const drawer = new Drawer(random, { centsMax: 16, oddities: 1 });
      const steps: Step[] = [{ do: "commit", batch: openings }];
      for (let count = 0; count < 6; count++) {
        const step: Step = { do: "commit", batch: drawer.batch(4), policy: "valid-only" };
        steps.push(random.below(2) === 0 ? step : { ...step, unanswered: true });
      }
      yield {
        options: { executor: executors[round % 3] as "pool", slowRules: pick(random, sets) },
        clients: [steps],
        order: { drawn: budget.seed * 10_007 + round },
      };
    }
  },
  atEnd(session) {
    for (const { input } of session.world.lives.flatMap(({ slowTasks }) => slowTasks))
      if (transactionOf(input) === undefined)
        session.broken("a slow rule is asked", shown(input), 1, {
          signature: "no transaction",
          therefore: `A slow rule is asked about well-formed transactions only, and its input is ${shown(input)}.`,
        });
  },
});
