/** Joins and departures around the number of replicas; of the answers only `isShort` is looked at. */
import { type RingCase, smallerCases } from "../case.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import type { Problem } from "../session.ts";
import { counted, shown } from "../words.ts";
import { drawOptions, drawPlainNames, drawSteps, keysFrom, randomOf } from "../workload.ts";

export const shortageIsTold = ringExperiment<RingCase>({
  promise: "hash-ring/shortage-is-told",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 60); round++) {
      const random = randomOf(budget.seed, round);
      const options = drawOptions(random);
      const names = drawPlainNames(random, 1 + random.below(7));
      const keys = keysFrom(round, 6);
      yield { options, steps: drawSteps(random, names, keys), keys };
    }
  },

  judge(session, { options, steps, keys }) {
    const ring = session.ring(options);
    const look = (key: string): void => {
      const isShort = ring.members.size < ring.replicas;
      ring.lookUp(key, (owners) => shortage(owners.isShort, isShort, ring));
    };
    for (const step of steps) {
      ring.take(step);
      if (ring.isInDoubt) session.missed("add or remove has not answered true");
      for (const key of keys) look(key);
    }
    for (const key of keys) look(key);
  },

  smaller: smallerCases,
});

function shortage(
  told: unknown,
  isShort: boolean,
  { members, replicas }: { members: ReadonlyMap<string, unknown>; replicas: number },
): Problem | undefined {
  if (told === isShort) return undefined;
  const there = `With ${counted(members.size, "member")} and ${counted(replicas, "replica")}`;
  return {
    signature: isShort ? "a shortage is not told" : "a shortage is told where there is none",
    expected: `isShort ${isShort}`,
    therefore: `${there} isShort must be ${isShort}, and it is ${shown(told)}.`,
  };
}
