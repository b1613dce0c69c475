/** The first owner of a key leaves, again and again: each time the second of before is the first. */
import { type RingCase, smallerCases } from "../case.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import type { RingInUse } from "../session.ts";
import { inText, listed } from "../words.ts";
import { drawKeys, drawNames, drawOptions, joins, randomOf } from "../workload.ts";

export const theSecondTakesOver = ringExperiment<RingCase>({
  promise: "hash-ring/the-second-takes-over",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 80); round++) {
      const random = randomOf(budget.seed, round);
      const options = drawOptions(random);
      const names = drawNames(random, 2 + random.below(10));
      const replicas = 2 + random.below(4);
      yield { options: { ...options, replicas }, steps: joins(names), keys: drawKeys(random, 6) };
    }
  },

  judge(session, { options, steps, keys }) {
    let departures = 0;
    for (const key of keys) {
      const ring = session.ring(options);
      for (const step of steps) ring.take(step);
      let [first, second] = ring.get(key);
      // That they are two different members is another promise.
      while (areTwoMembers(ring, first, second)) {
        const [leaving = "", heir = ""] = [first, second];
        ring.remove(leaving);
        departures++;
        // Neither is it asked here that the list is complete.
        const nodes = ring.get(key, (owners) =>
          owners.nodes[0] === heir || owners.nodes.length < ring.ownersDue
            ? undefined
            : {
                signature: "somebody else takes over",
                expected: `${inText(heir)} first`,
                therefore: `The owners of ${inText(key)} began with ${listed([leaving, heir])}; ${inText(leaving)} has left, and ${owners.nodes[0] === undefined ? "nobody" : inText(owners.nodes[0])} has taken over.`,
              },
        );
        [first, second] = nodes;
      }
    }
    if (departures === 0) session.missed("no key had a second owner");
  },

  smaller: smallerCases,
});

function areTwoMembers({ members }: RingInUse, first = "", second = ""): boolean {
  return first !== second && members.has(first) && members.has(second);
}
