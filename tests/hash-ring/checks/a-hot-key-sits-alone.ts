/**
 * Keys of any loads, which change, sometimes while they wait: after each call both facts about limits hold. A call
 * with a new load that threw, because the hash did, has left the old one.
 */
import type { Random } from "#platform/random.ts";
import type { RingCase, Step } from "../case.ts";
import { hashNamed } from "../hashes.ts";
import { tooFar, tooMuch } from "../model.ts";
import { carriedInWords, drawPlacing, PlacingRing, smallerPlacing, upTo } from "../placing.ts";
import { breaksAlso, ringExperiment, rounds } from "../ring-experiment.ts";
import type { Session } from "../session.ts";
import { WilfulHash } from "../wilful-hash.ts";
import { inText } from "../words.ts";
import { randomOf } from "../workload.ts";

export const aHotKeySitsAlone = ringExperiment<RingCase>({
  promise: "hash-ring/a-hot-key-sits-alone",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 80); round++) {
      const random = randomOf(budget.seed, round);
      const hasWeights = round % 2 === 1;
      const draw = { keys: 3 + random.below(20), length: 60, hasLoads: true, hasZones: false };
      const drawn = drawPlacing(random, { ...draw, hasWeights, isOftenEmpty: round % 8 === 6 });
      yield round % 4 === 3 ? { ...drawn, ...withIllness(random, drawn) } : drawn;
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

/** The same history, in which the hash throws at some new loads of keys that are placed already. */
function withIllness(random: Random, { options, steps }: RingCase): Partial<RingCase> {
  const placed = new Set<string>();
  return {
    options: { ...options, hash: `good ${random.below(1000)}` },
    steps: steps.map((step) => {
      if ("release" in step) placed.delete(step.release);
      if (!("place" in step)) return step;
      const isNews = placed.has(step.place);
      placed.add(step.place);
      return isNews && random.below(2) === 0 ? { ...step, illAt: 1 } : step;
    }),
  };
}

function bothFacts(session: Session, { options, steps }: RingCase): void {
  const wilful = new WilfulHash(hashNamed(options.hash ?? "good 0"));
  const setting = options.hash === undefined ? {} : { hash: wilful.hash };
  const placing = new PlacingRing(session, options, setting);
  for (const step of steps) {
    if ("place" in step && step.illAt !== undefined) placeInIllness(session, placing, step, wilful);
    else placing.take(step);
    const placement = placing.placement();
    if (!placing.allAreCarried(placement)) return;
    const problem = tooMuch(placement) ?? tooFar(placement, placing.walkOf);
    if (problem !== undefined) session.broken("now", carriedInWords(placement), problem);
  }
}

/** A new load for a placed key, while the hash throws. If the call did, too, then the old load counts. */
function placeInIllness(
  session: Session,
  placing: PlacingRing,
  step: Extract<Step, { place: string }>,
  wilful: WilfulHash,
): void {
  const { place: key, load = 1, illAt } = step;
  const what = `place ${inText(key)} load ${load}`;
  session.stepsTaken = (session.stepsTaken ?? 0) + 1;
  wilful.act = (call) => {
    if (call === illAt) throw new Error("the hash is ill");
  };
  try {
    placing.ring.itself.place(key, load);
    placing.note(step);
    session.tell(what, "done");
  } catch {
    session.tell(what, "threw, as its hash did");
  } finally {
    wilful.act = null;
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
