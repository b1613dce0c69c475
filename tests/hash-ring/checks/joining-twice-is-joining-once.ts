/**
 * Two rings do the same, but one of them adds members again and removes strangers in between. Those calls answer
 * false, all others true, and the rings go on answering alike. Code that has come to level 3 is asked with traits,
 * too: an add that gives a member other ones may not deny the change that it makes.
 */
import type { NodeTraits } from "#katas/hash-ring/contract.ts";
import { bare, type RingCase, smallerCases, type Step, traitsOf } from "../case.ts";
import { sameList } from "../model.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import type { Judge, RingInUse } from "../session.ts";
import { inText } from "../words.ts";
import { drawKeys, drawNames, drawOptions, drawSteps, picked, randomOf } from "../workload.ts";

export const joiningTwiceIsJoiningOnce = ringExperiment<RingCase>({
  promise: "hash-ring/joining-twice-is-joining-once",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 80); round++) {
      const random = randomOf(budget.seed, round);
      const options = drawOptions(random);
      const names = drawNames(random, 2 + random.below(6));
      const keys = drawKeys(random, 20);
      const hasTraits = round % 4 === 3;
      const joining = (name: string): Step =>
        hasTraits ? { add: name, ...picked(random, traits) } : { add: name };
      const steps = drawSteps(random, names, keys).flatMap((step) => {
        const name = picked(random, names);
        const idle = random.below(2) === 0 ? joining(name) : { remove: name };
        const own = "add" in step ? joining(step.add) : step;
        return random.below(3) === 0 ? [own, idle] : [own, idle, idle];
      });
      yield { options, keys, steps };
    }
  },

  judge(session, { options, steps, keys }) {
    const ring = session.ring(options);
    const twin = session.ring(options, { speaker: "twin", isTold: false });
    for (const step of session.level >= 3 ? steps : bare(steps)) {
      if (!("add" in step || "remove" in step)) {
        ring.take(step);
        continue;
      }
      const isIdle = ring.changesNothing(step);
      if ("remove" in step) ring.remove(step.remove, answering(step, !isIdle));
      else if (isRetrait(ring.members, step)) retrait(ring, step, keys);
      else ring.add(step.add, traitsOf(step), answering(step, !isIdle));
      twin.take(step);
    }
    for (const key of keys) {
      const expected = twin.get(key);
      ring.get(key, ({ nodes }) => idle(key, nodes, expected));
    }
  },

  smaller: smallerCases,
});

/** A member that takes other traits: something may have changed. */
export function isRetrait(members: ReadonlyMap<string, NodeTraits>, step: Step): boolean {
  const now = "add" in step ? members.get(step.add) : undefined;
  if (!("add" in step) || now === undefined) return false;
  return (now.weight ?? 1) !== (step.weight ?? 1) || now.zone !== step.zone;
}

/** If the answer is that nothing has changed, then nothing has. That it should have is another promise. */
function retrait(ring: RingInUse, step: { add: string } & NodeTraits, keys: readonly string[]) {
  const before = ring.ownersOf(keys);
  if (ring.add(step.add, traitsOf(step))) return;
  for (const [key, list] of before) {
    ring.get(key, ({ nodes }) => {
      const problem = sameList(key, nodes, list, "add answered that nothing has changed");
      return problem && { ...problem, signature: "a change is denied" };
    });
  }
}

const traits: readonly NodeTraits[] = [{ weight: 2 }, { weight: 3 }, { weight: 2, zone: "z1" }];

function idle(key: string, nodes: readonly string[], expected: readonly string[]) {
  const why = "The expected list is that of a ring without the calls that change nothing";
  const problem = sameList(key, nodes, expected, why);
  return problem && { ...problem, signature: "a call that changes nothing has an effect" };
}

function answering(step: Step, expected: boolean): Judge<boolean> {
  return (answer) => {
    if (answer === expected) return undefined;
    const isJoin = "add" in step;
    const name = inText(isJoin ? step.add : "remove" in step ? step.remove : "");
    const was = isJoin === expected ? "was no member" : "was a member already";
    const left = expected ? "was a member" : "was no member";
    return {
      signature: `${isJoin ? "add" : "remove"} answers otherwise`,
      expected: `${expected}`,
      therefore: `${name} ${isJoin ? was : left}, so ${isJoin ? "add" : "remove"} must answer ${expected}, and it answered ${String(answer)}.`,
    };
  };
}
