/**
 * Views are taken between changes and asked at the end. What each should answer was asked of the ring when the
 * view was taken; of every third key it was not, and a twin that stopped there says it.
 */
import type { Owners } from "#katas/hash-ring/contract.ts";
import { type RingCase, smallerCases, type Step } from "../case.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import { ownersInWords, type RingInUse, type Session, type ViewInUse } from "../session.ts";
import { inText } from "../words.ts";
import {
  drawKeys,
  drawNames,
  drawOptions,
  drawTraits,
  joins,
  randomOf,
  shuffled,
  withTraits,
} from "../workload.ts";

export interface ViewCase extends RingCase {
  /** What happens to the ring after the last view was taken. */
  later: Step[];
  /** Views are taken after `steps`, and before that after every so many of them; 0 for never. */
  everySteps: number;
  /** Of the keys at these places nobody has asked the ring before the views are asked. */
  unasked: number;
}

export const viewsStay = ringExperiment<ViewCase>({
  promise: "hash-ring/views-stay",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 60); round++) {
      const random = randomOf(budget.seed, round);
      const names = drawNames(random, 1 + random.below(8));
      const traits = drawTraits(random, names, { zones: 3, weighted: true });
      const hasTraits = random.below(2) === 0;
      const dressed = (steps: Step[]): Step[] => (hasTraits ? withTraits(steps, traits) : steps);
      const first = names.slice(0, random.below(names.length + 1));
      const elsewhere = drawTraits(random, names, { zones: 3, weighted: true });
      const moves: Step[] = [
        ...first.map((name) => ({ remove: name })),
        ...(hasTraits ? first.map((name) => ({ add: name, ...elsewhere.get(name) })) : []),
        ...names.slice(first.length).map((name) => ({ add: name })),
      ];
      const later = shuffled(random, moves).slice(0, 6);
      yield {
        options: drawOptions(random),
        steps: dressed(joins(first)),
        later: [...later, { apply: [{ add: "y" }, { add: "z" }] }],
        everySteps: random.below(3),
        unasked: random.below(3),
        keys: drawKeys(random, 18),
      };
    }
  },

  judge(session, { options, steps, later, everySteps, unasked, keys }) {
    const ring = session.ring(options);
    const kept: KeptView[] = [];
    const keep = (): void => {
      const view = ring.view(kept.length === 0 ? "view" : `view ${kept.length + 1}`);
      kept.push({ view, answers: answersNow(session, ring, keys, unasked) });
    };
    for (const [index, step] of steps.entries()) {
      ring.take(step);
      if (everySteps > 0 && index % (everySteps + 1) === 0 && index < steps.length - 1) keep();
    }
    keep();
    for (const step of later) ring.take(step);
    for (const { view, answers } of kept) {
      for (const [key, was] of answers) {
        const judge = (now: Owners) => stayed(key, was, now);
        const owners = view.lookUp(key, judge);
        tryToChange(owners);
        view.lookUp(key, judge);
      }
    }
  },

  *smaller(testCase) {
    const { later, everySteps } = testCase;
    if (everySteps > 0) yield { ...testCase, everySteps: 0 };
    for (const index of later.keys()) yield { ...testCase, later: later.toSpliced(index, 1) };
    yield* smallerCases(testCase);
  },
});

interface KeptView {
  view: ViewInUse;
  answers: ReadonlyMap<string, string>;
}

/** What the ring answers, in words. Every third key is asked of a twin instead. */
function answersNow(
  session: Session,
  ring: RingInUse,
  keys: readonly string[],
  unasked: number,
): Map<string, string> {
  const twin = session.ring(ring.options, { isTold: false });
  for (const [name, traits] of ring.members) twin.add(name, { ...traits });
  return new Map(
    keys.map((key, index) => {
      const asked = index % 3 === unasked ? twin : ring;
      return [key, ownersInWords(asked.lookUp(key))];
    }),
  );
}

function stayed(key: string, was: string, now: Owners) {
  if (ownersInWords(now) === was) return undefined;
  return {
    signature: "a view changes",
    expected: was,
    therefore: `When the view was taken the owners of ${inText(key)} were ${was}.`,
  };
}

function tryToChange({ nodes }: Owners): void {
  try {
    (nodes as string[]).reverse().push("an intruder");
  } catch {
    // A frozen list is as good as a copy.
  }
}
