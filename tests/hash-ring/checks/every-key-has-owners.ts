/** Any members, any keys, any number of replicas: the list is complete. Good hashes only; keys at both ends. */
import { type RingCase, smallerCases, type Step } from "../case.ts";
import { completeness } from "../model.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import {
  drawKeys,
  drawNames,
  drawOptions,
  drawSteps,
  joins,
  keysFrom,
  randomOf,
} from "../workload.ts";

export const everyKeyHasOwners = ringExperiment<RingCase>({
  promise: "hash-ring/every-key-has-owners",

  *cases(budget) {
    const { seed } = budget;
    yield { options: {}, steps: [], keys: ["", "k1"] };
    yield { options: { replicas: 2 }, steps: joins(["a"]), keys: ["", "k1"] };
    yield { options: {}, steps: joins(["__proto__", "constructor"]), keys: ["__proto__", "a"] };
    yield { options: { hash: `ends ${seed}` }, steps: joins(["a", "b", "c"]), keys: keysAtTheEnds };
    if (budget.effort >= 0.25) {
      yield ofManyNodes(seed);
      for (let ring = 0; ring < lateRings; ring++) yield withLateOwners(ring, seed);
    }
    for (let round = 0; round < rounds(budget, 80); round++) {
      const random = randomOf(seed, round);
      const names = drawNames(random, 1 + random.below(round % 4 === 0 ? 3 : 12));
      const keys = drawKeys(random, 30);
      const options = drawOptions(random, 8);
      const steps: Step[] = drawSteps(random, names, keys, random.below(2 * names.length));
      if (round % 3 === 0 && options.hash !== undefined) {
        options.hash = `ends ${round}`;
        keys.push(...keysAtTheEnds);
      }
      yield { options, steps, keys };
    }
  },

  judge(session, { options, steps, keys }) {
    const ring = session.ring(options);
    const look = (key: string): void => {
      if (ring.members.size === 0) session.features.add("no member");
      ring.get(key, ({ nodes }) => completeness(key, nodes, ring.members, ring.ownersDue));
      session.features.delete("no member");
    };
    for (const step of steps) {
      if ("get" in step) look(step.get);
      else ring.take(step);
      if (ring.isInDoubt) session.missed("add or remove has not answered true");
    }
    for (const key of keys) look(key);
  },

  smaller: smallerCases,
});

function ofManyNodes(seed: number): RingCase {
  const names = Array.from({ length: 100 }, (_, index) => `node-${index}`);
  const options = { replicas: 8, pointsPerNode: 16 };
  return { options, steps: joins(names), keys: keysFrom(seed, 100) };
}

/**
 * All members are owners, so that a walk has to go on until it has met the last one. In every fifth of such
 * rings one stands more than 64 points away from the one or other key in a hundred.
 */
function withLateOwners(ring: number, seed: number): RingCase {
  const names = Array.from({ length: 8 }, (_, index) => `10.0.${ring}.${index}`);
  return { options: { replicas: 8 }, steps: joins(names), keys: keysFrom(seed, 250) };
}

const lateRings = 40;

/** Their own numbers are the lowest and the highest, where the hash is one of the "ends". */
const keysAtTheEnds = ["top-1", "bottom-1"];
