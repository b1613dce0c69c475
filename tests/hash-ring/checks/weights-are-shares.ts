/**
 * Twenty thousand keys on ten nodes of weights from 1 to 4, fractions among them: keys divided by weight. And on four
 * nodes each of very low and of very high weights, which have a wider line: that of an ideal ring is 1.1 to 1.4.
 */
import type { CaseOptions } from "../case.ts";
import { enoughSets, medianIsWithin } from "../medians.ts";
import { ringExperiment } from "../ring-experiment.ts";
import { inNumbers } from "../model.ts";
import { inText } from "../words.ts";
import { keysOfSet, namesOfSet } from "../workload.ts";
import { evenKeys, keysPerNode, ratioInWords, ratioMax } from "./keys-spread-evenly.ts";

export interface ShareCase {
  options: CaseOptions;
  weights: number[];
  /** The most keys for a weight of 1, divided by the fewest. */
  ratioMax: number;
  /** How many of nine sets of names have to be within the line. */
  enough: number;
  seed: number;
}

const usual = { weights: [1, 1, 1.5, 1.5, 2, 2.5, 3, 3.5, 4, 4], ratioMax };
const light = { weights: [0.25, 0.5, 1, 1], ratioMax: 2 };
const heavy = { weights: [10, 20, 40, 100], ratioMax: 2 };
const options: CaseOptions = { pointsPerNode: 512, replicas: 1 };
/** So that the heaviest node has no more than some thousand points. */
const optionsOfHeavy: CaseOptions = { pointsPerNode: 64, replicas: 1 };

export const weightsAreShares = ringExperiment<ShareCase>({
  promise: "hash-ring/weights-are-shares",

  *cases({ seed, effort }) {
    const enough = enoughSets(effort);
    yield { options, ...usual, enough, seed };
    yield { options, ...light, enough, seed };
    yield { options: optionsOfHeavy, ...heavy, enough, seed };
    if (effort >= 0.25)
      yield { options: { ...options, hash: `good ${seed}` }, ...usual, enough, seed };
  },

  judge(session, { options, weights, ratioMax: most, enough, seed }) {
    const points = options.pointsPerNode ?? 128;
    const shown = weights.map(inNumbers).join(", ");
    session.tell("each ring", `${points} points, 20,000 keys, weights ${shown}`, "note");
    medianIsWithin(session, {
      enough,
      measure(set) {
        const names = namesOfSet(set, weights.length, seed);
        const ring = session.ring(options, { isTold: false });
        for (const [index, name] of names.entries())
          ring.add(name, { weight: weights[index] ?? 1 });
        const perWeight = keysPerNode(ring, names, keysOfSet(set, evenKeys)).map(
          (count, index) => count / (weights[index] ?? 1),
        );
        const [highest, fewest] = [Math.max(...perWeight), Math.min(...perWeight)];
        const value = highest / fewest;
        const what = `${inText(names[0] ?? "")} … ${inText(names.at(-1) ?? "")}`;
        const range = `${fewest.toFixed(0)} to ${highest.toFixed(0)} keys per weight`;
        return { what, detail: `${range}: ${ratioInWords(value)}`, value };
      },
      isWithin: (value) => value <= most,
      inWords: ratioInWords,
      line: `at most ${most}`,
      signature: "not in proportion",
      therefore: (median) =>
        `Keys divided by weight must differ by a factor of at most ${most}, in the median of nine sets of names, and they differ by ${median}.`,
    });
  },

  smaller: () => [],
});
