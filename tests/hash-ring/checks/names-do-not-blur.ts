/**
 * Twenty nodes, two of which are called alike but for a digit behind: none inherits much more from the other than
 * from anybody. A ring that takes "a" + "12" and "a1" + "2" for the same place shares a fifth of its places.
 */
import type { CaseOptions } from "../case.ts";
import { enoughSets, medianIsWithin } from "../medians.ts";
import { ringExperiment } from "../ring-experiment.ts";
import { inText } from "../words.ts";
import { keysOfSet, likeNames } from "../workload.ts";
import { shareInWords } from "./keys-spread-evenly.ts";

export interface BlurCase {
  options: CaseOptions;
  /** How many of nine pairs have to be within the line. */
  enough: number;
  seed: number;
}

export const blurKeys = 6000;
export const blurShareMax = 0.18;
const options: CaseOptions = { pointsPerNode: 128, replicas: 2 };

export const namesDoNotBlur = ringExperiment<BlurCase>({
  promise: "hash-ring/names-do-not-blur",

  *cases({ seed, effort }) {
    const enough = enoughSets(effort);
    yield { options, enough, seed };
    if (effort >= 0.25) yield { options: { ...options, hash: `good ${seed}` }, enough, seed };
  },

  judge(session, { options, enough, seed }) {
    session.tell("each ring", "20 nodes, 128 points each", "note");
    medianIsWithin(session, {
      enough,
      measure(set) {
        const names = likeNames(set, 20, seed);
        const ring = session.ring(options, { isTold: false });
        for (const name of names) ring.add(name);
        const [one = "", other = ""] = names;
        const inherited = new Map([
          [one, { keys: 0, byTheOther: 0 }],
          [other, { keys: 0, byTheOther: 0 }],
        ]);
        for (const key of keysOfSet(set, blurKeys)) {
          const [first = "", second] = ring.get(key);
          const count = inherited.get(first);
          if (count === undefined) continue;
          count.keys++;
          if (second === one || second === other) count.byTheOther++;
        }
        const shares = [...inherited.values()].map(({ keys, byTheOther }) =>
          keys === 0 ? 0 : byTheOther / keys,
        );
        const what = `${inText(one)} and ${inText(other)}`;
        const detail = `inherit ${shares.map(shareInWords).join(" and ")} of each other's keys`;
        return { what, detail, value: Math.max(...shares) };
      },
      isWithin: (value) => value < blurShareMax,
      inWords: shareInWords,
      line: "less than 18 %",
      signature: "names blur",
      therefore: (median) =>
        `Of twenty nodes each should be the second owner of 5 % of another's keys. Two with similar names inherit ${median} from each other, in the median of nine pairs: they stand in the same places.`,
    });
  },

  smaller: () => [],
});
