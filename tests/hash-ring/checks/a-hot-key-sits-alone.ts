/** Keys of any loads, which change: after each call both facts about limits hold. */
import { type RingCase } from "../case.ts";
import { tooFar, tooMuch } from "../model.ts";
import { carriedInWords, drawPlacing, PlacingRing, smallerPlacing, upTo } from "../placing.ts";
import { breaksAlso, ringExperiment, rounds } from "../ring-experiment.ts";
import type { Session } from "../session.ts";
import { randomOf } from "../workload.ts";

export const aHotKeySitsAlone = ringExperiment<RingCase>({
  promise: "hash-ring/a-hot-key-sits-alone",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 80); round++) {
      const random = randomOf(budget.seed, round);
      const hasWeights = round % 2 === 1;
      const draw = { keys: 3 + random.below(20), length: 60, hasLoads: true, hasZones: false };
      yield drawPlacing(random, { ...draw, hasWeights });
    }
  },

  async judge(session, testCase) {
    try {
      bothFacts(session, testCase);
    } catch (ending) {
      // What loads of 1 show as well is the matter of two other promises.
      if (!session.isTold) {
        for (const plain of plainHistories(testCase))
          if (await breaksAlso(session, bothFacts, plain)) return;
      }
      throw ending;
    }
  },

  upTo,
  smaller: smallerPlacing,
});

function bothFacts(session: Session, { options, steps }: RingCase): void {
  const placing = new PlacingRing(session, options);
  for (const step of steps) {
    placing.take(step);
    const placement = placing.placement();
    if (!placing.allAreCarried(placement)) return;
    const problem = tooMuch(placement) ?? tooFar(placement, placing.walkOf);
    if (problem !== undefined) session.broken("now", carriedInWords(placement), problem);
  }
}

/** The same history with loads of 1, and others with such loads. */
function* plainHistories(testCase: RingCase): Iterable<RingCase> {
  const steps = testCase.steps.map((step) => ("place" in step ? { place: step.place } : step));
  yield { ...testCase, steps };
  for (let round = 0; round < 12; round++) {
    const draw = { keys: 6 + 2 * round, length: 60, hasLoads: false, hasZones: false };
    yield drawPlacing(randomOf(0, round), { ...draw, hasWeights: round % 2 === 1 });
  }
}
