/**
 * Twenty nodes, two of which are called alike but for a digit behind or in front: none inherits much more from the
 * other than from anybody. A ring that takes "a" + "12" and "a1" + "2" for the same place shares a fifth of its
 * places, one that puts the number first a tenth. And a ring of pairs that differ in nothing but what somebody may
 * drop from a name: whoever drops it has two nodes in the same places, one of which inherits everything.
 *
 * What an ideal ring shows by chance: 5 % with a deviation of 2 %, in one pair of a thousand more than 11 %, so
 * hardly ever in five of nine. In the ring of pairs 2 % with a deviation of 3 %: half of the keys are out of reach.
 */
import type { CaseOptions } from "../case.ts";
import { enoughSets, medianIsWithin } from "../medians.ts";
import { ringExperiment } from "../ring-experiment.ts";
import type { RingInUse, Session } from "../session.ts";
import { inText } from "../words.ts";
import { type DigitSide, keysOfSet, likeNames, lookalikes } from "../workload.ts";
import { shareInWords } from "./keys-spread-evenly.ts";

export type BlurCase =
  | {
      options: CaseOptions;
      side: DigitSide;
      /** How many of nine pairs have to be within the line. */
      enough: number;
      seed: number;
    }
  | { options: CaseOptions; pairs: (readonly [string, string])[]; seed: number };

export const blurKeys = 6000;
export const blurShareMax = 0.11;
const options: CaseOptions = { pointsPerNode: 512, replicas: 2 };

export const pairKeys = 4000;
export const pairShareMax = 0.5;
const optionsOfPairs: CaseOptions = { pointsPerNode: 64, replicas: 2 };

export const namesDoNotBlur = ringExperiment<BlurCase>({
  promise: "hash-ring/names-do-not-blur",

  *cases({ seed, effort }) {
    const enough = enoughSets(effort);
    const hash = `good ${seed}`;
    const pairs = [...lookalikes];
    yield { options: optionsOfPairs, pairs, seed };
    yield { options: { ...optionsOfPairs, hash }, pairs, seed };
    for (const side of ["behind", "in front"] as const) yield { options, side, enough, seed };
    if (effort < 0.25) return;
    for (const side of ["behind", "in front"] as const)
      yield { options: { ...options, hash }, side, enough, seed };
  },

  judge(session, testCase) {
    if ("pairs" in testCase) ofPairs(session, testCase);
    else withADigit(session, testCase);
  },

  upTo: (testCase, [pairsSeen = 0]) =>
    "pairs" in testCase
      ? { ...testCase, pairs: testCase.pairs.slice(pairsSeen - 1, pairsSeen) }
      : testCase,
  smaller: () => [],
});

function withADigit(
  session: Session,
  { options, side, enough, seed }: Extract<BlurCase, { side: DigitSide }>,
): void {
  session.tell("each ring", "20 nodes, 512 points each", "note");
  medianIsWithin(session, {
    enough,
    measure(set) {
      const names = likeNames(side, set, 20, seed);
      const ring = session.ring(options, { isTold: false });
      for (const name of names) ring.add(name);
      const [one = "", other = ""] = names;
      const inherited = inheritedIn(ring, keysOfSet(set, blurKeys));
      const shares = [inherited(one, other), inherited(other, one)];
      const what = `${inText(one)} and ${inText(other)}`;
      const detail = `inherit ${shares.map(shareInWords).join(" and ")} of each other's keys`;
      return { what, detail, value: Math.max(...shares) };
    },
    isWithin: (value) => value < blurShareMax,
    inWords: shareInWords,
    line: "less than 11 %",
    signature: "names blur",
    therefore: (median) =>
      `Of twenty nodes each should be the second owner of 5 % of another's keys. Two with similar names inherit ${median} from each other, in the median of nine pairs: they stand in the same places.`,
  });
}

function ofPairs(
  session: Session,
  { options, pairs, seed }: Extract<BlurCase, { pairs: unknown }>,
): void {
  session.features.add("names that differ in little");
  const ring = session.ring(options, { isTold: false });
  // A pair alone would inherit everything from each other: there are others beside it.
  for (const name of [...new Set([...pairs, ...lookalikes].flat())]) ring.add(name);
  session.tell("a ring", `${ring.members.size} nodes, 64 points each`, "note");
  const inherited = inheritedIn(ring, keysOfSet(seed, pairKeys));
  for (const [one, other] of pairs) {
    session.stepsTaken = (session.stepsTaken ?? 0) + 1;
    const share = Math.max(inherited(one, other), inherited(other, one));
    const what = `${JSON.stringify(one)} and ${JSON.stringify(other)}`;
    session.settle(what, share, `inherit ${shareInWords(share)}`, () =>
      share < pairShareMax
        ? undefined
        : {
            signature: "names that differ in little are one",
            expected: "less than 50 %",
            therefore: `They are two nodes of fifty, and one of them is the second owner of ${shareInWords(share)} of the other's keys: they stand in the same places.`,
          },
    );
  }
}

/** Which part of the keys of one node another one inherits. */
function inheritedIn(
  ring: RingInUse,
  keys: readonly string[],
): (from: string, by: string) => number {
  const counts = new Map<string, Map<string, number>>();
  for (const key of keys) {
    const [first = "", second = ""] = ring.get(key);
    const ofFirst = counts.get(first) ?? new Map<string, number>();
    counts.set(first, ofFirst.set(second, (ofFirst.get(second) ?? 0) + 1));
  }
  return (from, by) => {
    const ofFirst = counts.get(from) ?? new Map<string, number>();
    const all = [...ofFirst.values()].reduce((sum, count) => sum + count, 0);
    return all === 0 ? 0 : (ofFirst.get(by) ?? 0) / all;
  };
}
