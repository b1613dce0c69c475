/** Nodes in zones join, leave and move to other zones; lists are complete, and in as many zones as there are. */
import { type RingCase, smallerCases, type Step } from "../case.ts";
import { completeness, zoneRule } from "../model.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import {
  drawKeys,
  drawNames,
  drawOptions,
  drawSteps,
  drawTraits,
  joins,
  randomOf,
  shuffled,
  withTraits,
} from "../workload.ts";

export const ownersShareNoFate = ringExperiment<RingCase>({
  promise: "hash-ring/owners-share-no-fate",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 160); round++) {
      const random = randomOf(budget.seed, round);
      const isLikeNodes = round % 4 === 3;
      const names = drawNames(random, isLikeNodes ? 4 + random.below(3) : 2 + random.below(9));
      const zones = isLikeNodes ? 2 : 1 + random.below(5);
      const drawn = { zones, weighted: random.below(3) === 0, isLikeNodes };
      const traits = drawTraits(random, names, drawn);
      const lightest = names[0] ?? "";
      if (drawn.weighted) traits.set(lightest, { ...traits.get(lightest), weight: 0.01 });
      const keys = drawKeys(random, 24);
      const way = isLikeNodes ? joins(names) : drawSteps(random, names, keys, random.below(6));
      const steps = withTraits(way, traits);
      const elsewhere = drawTraits(random, names, { ...drawn, weighted: false });
      const moves: Step[] = shuffled(random, names)
        .slice(0, random.below(3))
        .map((name) => ({ add: name, ...traits.get(name), ...elsewhere.get(name) }));
      const options = drawOptions(random);
      if (isLikeNodes) options.replicas = 3;
      yield { options, steps: [...steps, ...moves], keys };
    }
  },

  judge(session, { options, steps, keys }) {
    const ring = session.ring(options);
    const look = (key: string): void => {
      ring.get(
        key,
        ({ nodes }) =>
          completeness(key, nodes, ring.members, ring.ownersDue) ??
          zoneRule(key, nodes, ring.members),
      );
    };
    for (const step of steps) {
      if ("get" in step) look(step.get);
      else ring.take(step);
    }
    for (const key of keys) look(key);
  },

  smaller: smallerCases,
});
