/** Twenty thousand keys on ten nodes of weights from 1 to 4, fractions among them: keys divided by weight. */
import type { CaseOptions } from "../case.ts";
import { enoughSets, medianIsWithin } from "../medians.ts";
import { ringExperiment } from "../ring-experiment.ts";
import { inNumbers } from "../model.ts";
import { inText } from "../words.ts";
import { keysOfSet, namesOfSet } from "../workload.ts";
import { evenKeys, keysPerNode, ratioInWords, ratioMax } from "./keys-spread-evenly.ts";

export interface ShareCase {
  options: CaseOptions;
  /** How many of nine sets of names have to be within the line. */
  enough: number;
  seed: number;
}

export const weightsOfShares = [1, 1, 1.5, 1.5, 2, 2.5, 3, 3.5, 4, 4];
const options: CaseOptions = { pointsPerNode: 512, replicas: 1 };

export const weightsAreShares = ringExperiment<ShareCase>({
  promise: "hash-ring/weights-are-shares",

  *cases({ seed, effort }) {
    const enough = enoughSets(effort);
    yield { options, enough, seed };
    if (effort >= 0.25) yield { options: { ...options, hash: `good ${seed}` }, enough, seed };
  },

  judge(session, { options, enough, seed }) {
    const weights = weightsOfShares.map(inNumbers).join(", ");
    session.tell("each ring", `512 points, 20,000 keys, weights ${weights}`, "note");
    medianIsWithin(session, {
      enough,
      measure(set) {
        const names = namesOfSet(set, weightsOfShares.length, seed);
        const ring = session.ring(options, { isTold: false });
        for (const [index, name] of names.entries())
          ring.add(name, { weight: weightsOfShares[index] ?? 1 });
        const perWeight = keysPerNode(ring, names, keysOfSet(set, evenKeys)).map(
          (count, index) => count / (weightsOfShares[index] ?? 1),
        );
        const [most, fewest] = [Math.max(...perWeight), Math.min(...perWeight)];
        const value = most / fewest;
        const what = `${inText(names[0] ?? "")} … ${inText(names.at(-1) ?? "")}`;
        const range = `${fewest.toFixed(0)} to ${most.toFixed(0)} keys per weight`;
        return { what, detail: `${range}: ${ratioInWords(value)}`, value };
      },
      isWithin: (value) => value <= ratioMax,
      inWords: ratioInWords,
      line: "at most 1.3",
      signature: "not in proportion",
      therefore: (median) =>
        `Keys divided by weight must differ by a factor of at most 1.3, in the median of nine sets of names, and they differ by ${median}.`,
    });
  },

  smaller: () => [],
});
