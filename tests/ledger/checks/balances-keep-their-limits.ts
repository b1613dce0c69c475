/**
 * No balance falls below its limit, or beyond what a number can say.
 *
 * The edges are tried one by one: exactly enough, one cent too few, enough only thanks to what came before in the
 * batch, a limit below zero, the largest amounts. Then batches in which much is asked of little money.
 */
import { rounds, scriptExperiment } from "../ledger-experiment.ts";
import { open, openings, pay, type Script, type Step } from "../script.ts";
import { drawSteps, randomOf } from "../workload.ts";

const largest = Number.MAX_SAFE_INTEGER;

function scene(known: string, ...steps: Step[]): Script {
  return { known, clients: [[{ do: "commit", batch: openings }, ...steps]], order: [] };
}

const scenes: Script[] = [
  scene(
    "All that is there may be spent, and not a cent more",
    { do: "commit", batch: [pay("t1", "bank", "ann", 10)] },
    { do: "commit", batch: [pay("t2", "ann", "bob", 11)], policy: "valid-only" },
    { do: "commit", batch: [pay("t3", "ann", "bob", 10)] },
    { do: "commit", batch: [pay("t4", "ann", "bob", 1)], policy: "valid-only" },
  ),
  scene(
    "Ten cents are spent twice in one batch",
    { do: "commit", batch: [pay("t1", "bank", "ann", 10)] },
    {
      do: "commit",
      batch: [pay("t2", "ann", "bob", 10), pay("t3", "ann", "eve", 10)],
      policy: "valid-only",
    },
    { do: "commit", batch: [pay("t4", "bob", "eve", 6), pay("t5", "bob", "ann", 6)] },
  ),
  scene(
    "What is received first may be spent, and what is received later may not",
    {
      do: "commit",
      batch: [pay("t1", "bank", "ann", 5), pay("t2", "ann", "bob", 5), pay("t3", "bob", "eve", 5)],
    },
    {
      do: "commit",
      batch: [pay("t4", "ann", "bob", 5), pay("t5", "eve", "ann", 5)],
      policy: "valid-only",
    },
  ),
  scene(
    "A rejected transaction leaves nothing to spend",
    {
      do: "commit",
      batch: [pay("t1", "ann", "bob", 5), pay("t2", "bob", "eve", 5)],
      policy: "valid-only",
    },
    {
      do: "commit",
      batch: [pay("t3", "nobody", "bob", 5), pay("t4", "bob", "eve", 5)],
      policy: "valid-only",
    },
  ),
  scene(
    "An account may fall to its own limit",
    { do: "commit", batch: [open("credit", -7)] },
    { do: "commit", batch: [pay("t1", "credit", "ann", 8)], policy: "valid-only" },
    {
      do: "commit",
      batch: [
        pay("t2", "credit", "ann", 3),
        pay("t3", "credit", "bob", 4),
        pay("t4", "credit", "eve", 1),
      ],
      policy: "valid-only",
    },
    { do: "commit", batch: [pay("t5", "ann", "credit", 2), pay("t6", "credit", "eve", 2)] },
  ),
  scene(
    "The largest amounts",
    { do: "commit", batch: [open("deep", -largest), open("deeper", -largest)] },
    { do: "commit", batch: [pay("t1", "deep", "ann", largest)] },
    { do: "commit", batch: [pay("t2", "deeper", "ann", 1)], policy: "valid-only" },
    {
      do: "commit",
      batch: [pay("t3", "deeper", "bob", largest), pay("t4", "deep", "eve", 1)],
      policy: "valid-only",
    },
    { do: "commit", batch: [pay("t5", "bob", "deep", largest), pay("t6", "ann", "deep", largest)] },
    { do: "commit", batch: [pay("t7", "deeper", "bob", 1)], policy: "valid-only" },
  ),
  scene(
    "Two large amounts that a sum of numbers would confuse",
    { do: "commit", batch: [open("deep", -largest), open("deeper", -largest)] },
    { do: "commit", batch: [pay("t1", "deep", "ann", largest - 1)] },
    {
      do: "commit",
      batch: [pay("t2", "deeper", "ann", 1), pay("t3", "deeper", "ann", 1)],
      policy: "valid-only",
    },
    {
      do: "commit",
      batch: [pay("t4", "deep", "bob", 2), pay("t5", "deep", "bob", 1)],
      policy: "valid-only",
    },
  ),
];

export const balancesKeepTheirLimits = scriptExperiment({
  promise: "ledger/balances-keep-their-limits",
  breaks: ["funds", "limits"],
  *cases(budget) {
    yield* scenes;
    for (let round = 0; round < rounds(budget, 120); round++) {
      const random = randomOf(budget.seed, round);
      const mix = { gifts: 2, opens: 1, centsMax: 12 };
      yield { clients: [drawSteps(random, { batches: 6, lengthMax: 6, mix })], order: [] };
    }
  },
});
