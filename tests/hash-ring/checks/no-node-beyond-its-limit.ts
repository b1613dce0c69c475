/** Keys of load 1; after each call, no node carries more than its limit, rounded up. */
import { type RingCase } from "../case.ts";
import { tooMuch } from "../model.ts";
import { carriedInWords, drawPlacing, PlacingRing, smallerPlacing, upTo } from "../placing.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import { randomOf } from "../workload.ts";

export const noNodeBeyondItsLimit = ringExperiment<RingCase>({
  promise: "hash-ring/no-node-beyond-its-limit",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 60); round++) {
      const random = randomOf(budget.seed, round);
      const hasWeights = round % 2 === 1;
      const draw = { keys: 6 + random.below(40), length: 60, hasLoads: false, hasZones: false };
      yield drawPlacing(random, { ...draw, hasWeights });
    }
  },

  judge(session, { options, steps }) {
    const placing = new PlacingRing(session, options);
    for (const step of steps) {
      placing.take(step);
      const placement = placing.placement();
      if (!placing.allAreCarried(placement)) return;
      const problem = tooMuch(placement);
      if (problem !== undefined) session.broken("now", carriedInWords(placement), problem);
    }
  },

  upTo,
  smaller: smallerPlacing,
});
