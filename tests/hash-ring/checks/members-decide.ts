/**
 * Two rings reach the same members along different ways: other orders, detours, lookups in between; the second
 * ring perhaps made by a freshly loaded copy of the code, and the first perhaps beside a third one with other
 * options and members, or after one that differs in a single option and was asked for the same keys. They answer
 * alike. Code that has come to level 3 is asked with weights and zones, too, and at level 4 one of them carries keys.
 */
import type { Random } from "#platform/random.ts";
import type { NodeTraits } from "#katas/hash-ring/contract.ts";
import {
  bare,
  type CaseOptions,
  type RingCase,
  shorter,
  smallerCases,
  type Step,
  traitsOf,
} from "../case.ts";
import { areEqual, sameList } from "../model.ts";
import { ringExperiment, rounds } from "../ring-experiment.ts";
import type { RingInUse, Session } from "../session.ts";
import { inText } from "../words.ts";
import {
  drawKeys,
  drawNames,
  drawOptions,
  drawTraits,
  joins,
  keysFrom,
  picked,
  randomOf,
  shuffled,
  withTraits,
} from "../workload.ts";

export interface TwoWays extends RingCase {
  /** The way of the second ring; `steps` is that of the first. */
  otherSteps: Step[];
  /** The second ring belongs to another copy of the code. */
  isOtherProcess: boolean;
  /** What a third ring, with options of its own, does between the steps of the first. */
  meanwhile: Step[];
  meanwhileOptions: CaseOptions;
  /** The third ring goes its way before the first one is made. */
  isBefore: boolean;
  /** The second ring is told in so many words what the first one has by default. */
  isSpelledOut: boolean;
  /** From level 4: keys that the first ring carries, which is nothing to those who own them. */
  placed: string[];
}

export const membersDecide = ringExperiment<TwoWays>({
  promise: "hash-ring/members-decide",

  *cases(budget) {
    for (let round = 0; round < rounds(budget, 160); round++) {
      const random = randomOf(budget.seed, round);
      const hasTraits = round % 2 === 1;
      const names = drawNames(random, hasTraits ? 5 + random.below(5) : 1 + random.below(9));
      const strangers = ["x", "y", "z"];
      const keys = drawKeys(random, 30);
      const drawn = { zones: random.below(3) === 0 ? 3 : 2, weighted: random.below(2) === 0 };
      const traits = drawTraits(random, [...names, ...strangers], drawn);
      const wayTo = (): Step[] => {
        const steps: Step[] = joins(shuffled(random, names));
        for (let detours = random.below(4); detours > 0; detours--) {
          const at = random.below(steps.length + 1);
          const joined = steps.slice(0, at).flatMap((step) => ("add" in step ? [step.add] : []));
          const there = joined.filter((name) => names.includes(name));
          const name = random.below(2) === 0 && there.length > 0 ? picked(random, there) : null;
          const stranger = picked(random, strangers);
          const detour: Step[] =
            name === null
              ? [{ add: stranger }, { get: picked(random, keys) }, { remove: stranger }]
              : [{ remove: name }, { get: picked(random, keys) }, { add: name }];
          steps.splice(at, 0, ...detour);
        }
        for (let looks = random.below(4); looks > 0; looks--)
          steps.splice(random.below(steps.length + 1), 0, { get: picked(random, keys) });
        return hasTraits ? withTraits(steps, traits) : steps;
      };
      const options = drawOptions(random);
      if (hasTraits) options.replicas = 3 + random.below(3);
      const isSpelledOut = round % 5 === 0;
      if (isSpelledOut) delete options.pointsPerNode;
      if (round % 10 === 0) delete options.replicas;
      const steps = wayTo();
      const isBefore = round % 6 === 4;
      const beside = round % 3 === 1 ? joins([...strangers, ...names.slice(0, 2)]) : [];
      yield {
        options,
        steps,
        otherSteps: wayTo(),
        isOtherProcess: round % 3 > 0,
        isBefore,
        meanwhileOptions: isBefore ? almost(random, options) : drawOptions(random),
        meanwhile: isBefore ? [...steps, ...keys.map((get) => ({ get }))] : beside,
        isSpelledOut,
        placed: round % 4 === 0 ? keys.slice(0, 12) : [],
        keys,
      };
    }
  },

  async judge(session, testCase) {
    const { options, isOtherProcess, meanwhile, meanwhileOptions, keys } = testCase;
    const ofItsLevel = (steps: Step[]): Step[] => (session.level >= 3 ? steps : bare(steps));
    const left = [...ofItsLevel(meanwhile)];
    const makeThird = (): RingInUse | undefined =>
      left.length === 0 ? undefined : session.ring(meanwhileOptions, { speaker: "third" });
    if (testCase.isBefore) {
      const before = makeThird();
      for (const step of left.splice(0)) before?.take(step);
    }
    const first = session.ring(options, { speaker: "one" });
    const third = makeThird();
    for (const step of ofItsLevel(testCase.steps)) {
      first.take(step);
      const next = left.shift();
      if (next !== undefined) third?.take(next);
    }
    const copy = isOtherProcess ? { copy: await session.anotherProcess() } : {};
    if (isOtherProcess) session.tell("another process", "loads the code anew", "note");
    if (session.level >= 4) for (const key of testCase.placed) placeQuietly(session, first, key);
    const spelledOut = { ...defaults, ...options };
    const sameOptions = testCase.isSpelledOut ? spelledOut : options;
    const second = session.ring(sameOptions, { speaker: "other", ...copy });
    for (const step of ofItsLevel(testCase.otherSteps)) second.take(step);
    if (!areEqualMembers(first.members, second.members)) return;
    for (const key of keys) compare(first, second, key);
    // What differs from process to process differs by chance: not for each key, and not each time.
    if (isOtherProcess) for (const key of moreKeys) compareQuietly(first, second, key);
  },

  *smaller(testCase) {
    const { steps, otherSteps, meanwhile } = testCase;
    if ([...steps, ...otherSteps].some((step) => "add" in step && traitsOf(step) !== undefined))
      yield { ...testCase, steps: bare(steps), otherSteps: bare(otherSteps) };
    for (const name of namesOf(steps)) {
      const others = (list: Step[]): Step[] => list.filter((step) => !speaksOf(step, name));
      yield {
        ...testCase,
        steps: others(steps),
        otherSteps: others(otherSteps),
        meanwhile: others(meanwhile),
      };
    }
    if (meanwhile.length > 0) yield { ...testCase, meanwhile: [] };
    if (testCase.isOtherProcess) yield { ...testCase, isOtherProcess: false };
    if (testCase.isSpelledOut) yield { ...testCase, isSpelledOut: false };
    for (const fewer of shorter(testCase.placed)) yield { ...testCase, placed: fewer };
    for (const fewer of shorter(meanwhile)) yield { ...testCase, meanwhile: fewer };
    for (const fewer of shorter(otherSteps)) yield { ...testCase, otherSteps: fewer };
    yield* smallerCases(testCase);
  },
});

/** What the contract says of options that are left out. */
export const defaults: CaseOptions = { pointsPerNode: 128, replicas: 3 };

/** Options that differ in one thing, of which no answer may remain. */
function almost(random: Random, options: CaseOptions): CaseOptions {
  const { replicas = 3 } = options;
  return random.below(2) === 0
    ? { ...options, hash: `good ${1000 + random.below(1000)}` }
    : { ...options, replicas: replicas === 1 ? 2 : replicas - 1 };
}

/** Whether and by whom it is carried is the matter of other promises. */
function placeQuietly(session: Session, ring: RingInUse, key: string): void {
  try {
    ring.itself.place(key);
    session.tell(`one: place ${inText(key)}`, "done");
  } catch {
    // So it is not placed.
  }
}

function namesOf(steps: readonly Step[]): Set<string> {
  return new Set(steps.flatMap((step) => ("add" in step ? [step.add] : [])));
}

function speaksOf(step: Step, name: string): boolean {
  return ("add" in step && step.add === name) || ("remove" in step && step.remove === name);
}

function areEqualMembers(
  one: ReadonlyMap<string, NodeTraits>,
  other: ReadonlyMap<string, NodeTraits>,
): boolean {
  const inWords = (members: ReadonlyMap<string, NodeTraits>): string =>
    [...members]
      .map(([name, { weight = 1, zone = null }]) => JSON.stringify([name, weight, zone]))
      .sort()
      .join();
  return inWords(one) === inWords(other);
}

export const moreKeys = keysFrom(20_000, 64);

function compare(first: RingInUse, second: RingInUse, key: string): void {
  const expected = first.get(key);
  second.get(key, ({ nodes }) =>
    sameList(key, nodes, expected, "The rings have equal options and equal members"),
  );
}

/** Tells of the lookups only when they differ. */
function compareQuietly(first: RingInUse, second: RingInUse, key: string): void {
  first.isTold = second.isTold = false;
  const isSame = areEqual(first.get(key), second.get(key));
  first.isTold = second.isTold = true;
  if (!isSame) compare(first, second, key);
}
