/**
 * Members are added again with other weights. Around each change the lists are compared, and at the end with those
 * of a ring in which everybody joined with the weight that it has now. Some nodes are in zones, and some leave
 * theirs by the new traits: then only the end is compared. New traits come by `add` or by `apply`; now and then
 * there are none, and the member takes the defaults.
 */
import type { Change, NodeTraits } from "#katas/hash-ring/contract.ts";
import { smallerCases, traitsOf, type Step } from "../case.ts";
import { reweighting, sameList } from "../model.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import type { RingInUse } from "../session.ts";
import {
  drawKeys,
  drawNames,
  drawOptions,
  drawWeight,
  joins,
  picked,
  randomOf,
} from "../workload.ts";
import { type MovingCase, smallerMoves } from "./only-what-must-move-moves.ts";

export interface ReweighedCase extends MovingCase {
  /** Which call brings the new traits: `add` without any hands in nothing, or an empty object. */
  by: "add" | "add with an object" | "apply";
}

export const aNewWeightMovesTheMinimum = ringExperiment<ReweighedCase>({
  promise: "hash-ring/a-new-weight-moves-the-minimum",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 80); round++) {
      const random = randomOf(budget.seed, round);
      const names = drawNames(random, 2 + random.below(7));
      const options = drawOptions(random);
      if (round % 5 === 0) options.hash = `poor 16 ${round}`;
      const hasZones = round % 4 === 1;
      const weighted = (name: string): Step => {
        const weight = drawWeight(random);
        const zone = `z${random.below(2)}`;
        const traits = [{ weight }, { zone }, { weight, zone }];
        return { add: name, ...(hasZones ? picked(random, traits) : { weight }) };
      };
      const changed = (name: string): Step =>
        random.below(3) === 0 ? { add: name } : weighted(name);
      const ways = ["add", "add with an object", "apply"] as const;
      yield {
        options,
        by: picked(random, ways),
        steps: joins(names).map((step, index) =>
          random.below(2) === 0 ? step : weighted(names[index] ?? ""),
        ),
        changes: Array.from({ length: 3 }, () => changed(picked(random, names))),
        keys: drawKeys(random, 40),
      };
    }
  },

  judge(session, { options, steps, changes, keys, by }) {
    const ring = session.ring(options);
    for (const step of steps) ring.take(step);
    for (const change of changes) reweigh(ring, change, keys, by);
    const twin = session.ring(options, { isTold: false });
    // In the same order, so that nothing but the traits is asked about.
    for (const [name, traits] of ring.members) twin.add(name, traitsOf(traits));
    for (const key of keys) {
      const expected = twin.get(key);
      ring.get(key, ({ nodes }) => asIfJoined(key, nodes, expected));
    }
  },

  *smaller(testCase) {
    yield* smallerMoves(testCase);
    if (testCase.by !== "add") yield { ...testCase, by: "add" };
    if (testCase.changes.length === 1) yield { ...testCase, changes: [] };
    yield* smallerCases(testCase);
  },
});

function reweigh(
  ring: RingInUse,
  change: Step,
  keys: readonly string[],
  by: ReweighedCase["by"],
): void {
  if (!("add" in change) || ring.changesNothing(change)) return;
  const { add: node, weight = 1 } = change;
  const now = ring.members.get(node);
  const hasZones = [change, ...ring.members.values()].some(({ zone }) => zone !== undefined);
  if (now === undefined || hasZones) {
    take(ring, change, by);
    return;
  }
  const before = ring.ownersOf(keys);
  const isHeavier = weight > (now.weight ?? 1);
  take(ring, change, by);
  for (const [key, list] of before)
    ring.get(key, ({ nodes }) => reweighting(key, list, nodes, { node, isHeavier }));
}

function take(
  ring: RingInUse,
  change: Extract<Change, { add: string }>,
  by: ReweighedCase["by"],
): void {
  const traits: NodeTraits | undefined = traitsOf(change);
  if (by === "apply") ring.apply([change]);
  else ring.add(change.add, by === "add with an object" ? (traits ?? {}) : traits);
}

function asIfJoined(key: string, nodes: readonly string[], expected: readonly string[]) {
  const why =
    "The expected list is that of a ring in which all joined with the traits they have now";
  const problem = sameList(key, nodes, expected, why);
  return problem && { ...problem, signature: "new traits are not as if joined with them" };
}
