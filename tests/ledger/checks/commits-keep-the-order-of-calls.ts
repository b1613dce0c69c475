/**
 * Batches called on one validator are checked side by side and committed in the order of their calls.
 *
 * Some batches are called before others are answered; slow rules answer in any order, while another validator is at
 * work. Then slow rules answer only when nothing else can happen: by then those of all batches must have been
 * asked. A batch that fails, is called off or has nothing to commit lets the ones behind it pass, in their turn.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { openings, pay, type Script, type ScriptOptions, type Step } from "../script.ts";
import { Drawer, randomOf } from "../workload.ts";

const unanswered = (...batch: unknown[]): Step => ({ do: "commit", batch, unanswered: true });

const scenes: Script[] = [
  {
    known: "Three batches, and the first takes longest",
    options: { slowRules: ["even"], executor: "any order" },
    clients: [
      [
        { do: "commit", batch: openings },
        unanswered(
          pay("t1", "bank", "ann", 2),
          pay("t2", "bank", "ann", 2),
          pay("t3", "bank", "ann", 2),
        ),
        unanswered(pay("t4", "bank", "ann", 2)),
        unanswered(pay("t5", "ann", "bob", 4)),
        { do: "answers" },
        { do: "read" },
      ],
    ],
    order: [],
  },
  {
    known: "The money comes with the batch before",
    options: { slowRules: ["even"], executor: "any order" },
    clients: [
      [
        { do: "commit", batch: openings },
        unanswered(pay("t1", "bank", "ann", 2)),
        unanswered(pay("t2", "ann", "bob", 2)),
        unanswered(pay("t3", "bob", "eve", 2)),
        { do: "answers" },
      ],
    ],
    order: { all: 300 },
  },
  {
    known: "One in the middle fails",
    options: { slowRules: ["slow on 13"], executor: "any order" },
    clients: [
      [
        { do: "commit", batch: openings },
        unanswered(pay("t1", "bank", "ann", 2)),
        unanswered(pay("t2", "bank", "ann", 13)),
        unanswered(),
        unanswered(pay("t3", "eve", "ann", 9)),
        unanswered(pay("t4", "bank", "ann", 2)),
        { do: "answers" },
      ],
    ],
    order: { all: 200 },
  },
  {
    known: "One in the middle is called off while it waits",
    options: { slowRules: ["even"], executor: "any order" },
    clients: [
      [
        { do: "commit", batch: openings },
        unanswered(pay("t1", "bank", "ann", 2)),
        { do: "commit", batch: [pay("t2", "bank", "ann", 2)], abort: "behind another" },
        unanswered(pay("t3", "bank", "bob", 2)),
        { do: "answers" },
        { do: "read" },
      ],
    ],
    order: { all: 200 },
  },
  {
    known: "Without slow rules",
    clients: [
      [
        { do: "commit", batch: openings },
        unanswered(pay("t1", "bank", "ann", 2)),
        unanswered(pay("t2", "ann", "bob", 2)),
        { do: "read" },
        unanswered(pay("t3", "bob", "eve", 2)),
        { do: "answers" },
      ],
    ],
    order: { all: 200 },
  },
];

const sideBySide: ScriptOptions = {
  slowRules: ["even", "no mallory, slowly"],
  executor: "any order",
  slowLast: true,
};

export const commitsKeepTheOrderOfCalls = scriptExperiment({
  promise: "ledger/commits-keep-the-order-of-calls",
  breaks: ["order", "verdict", "funds", "accounts", "version", "effect", "stale", "winner"],
  *cases(budget) {
    yield* scenes;
    yield {
      known: "Slow rules that take for ever are asked side by side",
      options: sideBySide,
      clients: [
        [
          { do: "commit", batch: [] },
          unanswered(...openings),
          unanswered(pay("t1", "bank", "ann", 2)),
          unanswered(pay("t2", "bank", "ann", 4)),
          { do: "answers" },
        ],
      ],
      order: [],
    };
    // Of all orders there are, those that can be tried differ in their last steps only.
    for (let drawn = 0; drawn < rounds(budget, 20); drawn++)
      for (const scene of scenes)
        yield { ...scene, order: { drawn: budget.seed * 10_007 + drawn } };
    for (let round = 0; round < rounds(budget, 150); round++) {
      const random = randomOf(budget.seed, round);
      const drawer = new Drawer(random, { opens: 1, centsMax: 16 });
      const steps: Step[] = [{ do: "commit", batch: [...openings, pay("g1", "bank", "ann", 8)] }];
      for (let count = 2 + random.below(4); count > 0; count--) {
        const commit = { do: "commit", batch: drawer.batch(3), policy: "valid-only" } as const;
        steps.push(
          random.below(6) === 0
            ? { ...commit, abort: "behind another" }
            : { ...commit, unanswered: true },
        );
        if (random.below(5) === 0) steps.push({ do: "read" });
      }
      const others: Step[] =
        round % 2 === 0
          ? []
          : [
              { do: "commit", batch: [pay("o1", "ann", "eve", 4)] },
              { do: "commit", batch: [pay("o2", "ann", "eve", 4)] },
            ];
      const options: ScriptOptions =
        round % 3 === 0
          ? {}
          : { slowRules: ["even"], executor: round % 3 === 1 ? "any order" : "pool" };
      yield {
        options: { ...options, attemptsMax: 20 },
        clients: others.length === 0 ? [steps] : [steps, others],
        order: { drawn: budget.seed * 10_007 + round },
      };
    }
  },
  atEnd(session, { options, clients }) {
    if (options?.slowLast !== true) return;
    const { askedFirst } = session;
    if (askedFirst === undefined) return;
    const batches = (clients[0] ?? []).flatMap((step) =>
      "batch" in step && step.batch.length > 0 ? [step.batch as { id: string }[]] : [],
    );
    // In which order the rules are asked about the transactions of one batch is the validator's to choose.
    const asked = batches.filter((batch) => batch.some(({ id }) => askedFirst.has(id))).length;
    if (asked === batches.length) return;
    session.broken("the first slow rule answers", `${asked} had been asked`, 1, {
      signature: "one after the other",
      therefore: `There are ${batches.length} batches, nothing else is under way, and slow rules have been asked about ${asked} of them: the batches are not checked side by side.`,
    });
  },
});
