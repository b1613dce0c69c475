/**
 * Answers are kept while the ring changes, and somebody tries to change one of them by every means that a list
 * has. Whether he succeeds with his own copy is not asked; all other answers stay, given ones and new ones.
 */
import type { Owners } from "#katas/hash-ring/contract.ts";
import { type RingCase, smallerCases, type Step } from "../case.ts";
import { sameList } from "../model.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import { ownersInWords, type Session } from "../session.ts";
import { inText } from "../words.ts";
import { drawKeys, drawNames, drawOptions, drawSteps, joins, randomOf } from "../workload.ts";

export interface KeptAnswers extends RingCase {
  /** What happens to the ring after the answers were given. */
  later: Step[];
  /** Whether somebody tries to change the answers instead. */
  isVandal: boolean;
}

export const answersStayAsGiven = ringExperiment<KeptAnswers>({
  promise: "hash-ring/answers-stay-as-given",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 50); round++) {
      const random = randomOf(budget.seed, round);
      const names = drawNames(random, 1 + random.below(7));
      const keys = drawKeys(random, 20);
      yield {
        options: drawOptions(random),
        steps: joins(names),
        keys,
        isVandal: round % 2 === 0,
        later: round % 2 === 0 ? [] : drawSteps(random, [...names, "x", "y"], keys).slice(0, 8),
      };
    }
  },

  judge(session, { options, steps, keys, later, isVandal }) {
    const ring = session.ring(options);
    for (const step of steps) ring.take(step);
    const given = keys.map((key) => ({ key, answer: ring.lookUp(key) }));
    const kept = given.map(({ key, answer }) => ({ key, answer, was: copyOf(answer) }));
    const [victim, ...others] = kept;
    if (victim === undefined) return;
    if (isVandal) {
      session.features.add("a changed answer");
      session.tell(`the list of ${inText(victim.key)}`, "somebody tries to change it", "note");
      vandalise(victim.answer);
      stayed(session, others);
      for (const { key, was } of kept)
        ring.get(key, ({ nodes }) => sameList(key, nodes, was.nodes, "The ring has not changed"));
      return;
    }
    for (const step of later) {
      ring.take(step);
      stayed(session, kept);
    }
  },

  *smaller(testCase) {
    const { later } = testCase;
    for (const index of later.keys()) yield { ...testCase, later: later.toSpliced(index, 1) };
    yield* smallerCases(testCase);
  },
});

interface Kept {
  key: string;
  answer: Owners;
  was: Owners;
}

function stayed(session: Session, kept: readonly Kept[]): void {
  for (const { key, answer, was } of kept) {
    const [now, before] = [ownersInWords(answer), ownersInWords(was)];
    if (now === before) continue;
    session.broken(`the answer to get ${inText(key)}`, `is now ${now}`, {
      signature: "a given answer changes",
      expected: before,
      therefore: `The answer was ${before} when it was given.`,
    });
  }
}

function copyOf({ nodes, isShort }: Owners): Owners {
  return { nodes: [...nodes], isShort };
}

/** Tries what a list and an object allow; whether it throws is the ring's choice. */
function vandalise(answer: Owners): void {
  const changeable = answer as { nodes: string[]; isShort: boolean };
  const { nodes } = changeable;
  const attempts = [
    () => nodes.reverse(),
    () => nodes.push("an intruder"),
    () => (nodes[0] = "an intruder"),
    () => (nodes.length = 1),
    () => (changeable.isShort = !changeable.isShort),
    () => (changeable.nodes = ["an intruder"]),
  ];
  for (const attempt of attempts) {
    try {
      attempt();
    } catch {
      // A frozen list is as good as a copy.
    }
  }
}
