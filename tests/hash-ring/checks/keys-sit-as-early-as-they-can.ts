/** Keys of load 1; after each call, no node that comes before its carrier in the walk of a key has room. */
import { type RingCase } from "../case.ts";
import { tooFar } from "../model.ts";
import { carriedInWords, drawPlacing, PlacingRing, smallerPlacing, upTo } from "../placing.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import { randomOf } from "../workload.ts";

export const keysSitAsEarlyAsTheyCan = ringExperiment<RingCase>({
  promise: "hash-ring/keys-sit-as-early-as-they-can",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 60); round++) {
      const random = randomOf(budget.seed, round);
      const [hasWeights, hasZones] = [round % 2 === 1, round % 4 > 1];
      const draw = { keys: 4 + random.below(30), length: 60, hasLoads: false };
      yield drawPlacing(random, { ...draw, hasWeights, hasZones });
    }
  },

  judge(session, { options, steps }) {
    const placing = new PlacingRing(session, options);
    for (const step of steps) {
      placing.take(step);
      const placement = placing.placement();
      if (!placing.allAreCarried(placement)) return;
      const problem = tooFar(placement, placing.walkOf);
      if (problem !== undefined) session.broken("now", carriedInWords(placement), problem);
    }
  },

  upTo,
  smaller: smallerPlacing,
});
