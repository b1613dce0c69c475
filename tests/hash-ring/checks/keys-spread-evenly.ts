/**
 * Twenty thousand keys on ten nodes with 512 points, and what a 25th node takes; for nine sets of names, with the
 * ring's own hash and with a good one that it is handed. An ideal ring has a ratio of 1.18 or so and a newcomer's
 * share of 4 %; README of the kata, "Evenly".
 */
import type { CaseOptions } from "../case.ts";
import { enoughSets, medianIsWithin } from "../medians.ts";
import { ringExperiment } from "../ring-experiment.ts";
import type { RingInUse } from "../session.ts";
import { inText } from "../words.ts";
import { keysOfSet, namesOfSet } from "../workload.ts";

export interface EvenCase {
  options: CaseOptions;
  /** "ratio": the most to the fewest keys of ten nodes. "newcomer": the share of a 25th node. */
  asked: "ratio" | "newcomer";
  /** How many of nine sets of names have to be within the line. */
  enough: number;
  seed: number;
}

export const evenKeys = 20_000;
export const ratioMax = 1.3;
export const newcomerShareMax = 0.05;
const options: CaseOptions = { pointsPerNode: 512, replicas: 1 };

export const keysSpreadEvenly = ringExperiment<EvenCase>({
  promise: "hash-ring/keys-spread-evenly",

  *cases({ seed, effort }) {
    const enough = enoughSets(effort);
    yield { options, asked: "ratio", enough, seed };
    if (effort >= 0.25)
      yield { options: { ...options, hash: `good ${seed}` }, asked: "ratio", enough, seed };
    yield { options, asked: "newcomer", enough, seed };
  },

  judge(session, { options, asked, enough, seed }) {
    const isRatio = asked === "ratio";
    const nodes = isRatio ? 10 : 25;
    session.features.add(asked);
    const lookedUp = (set: number): { ring: RingInUse; names: string[]; counts: number[] } => {
      const names = namesOfSet(set, nodes, seed);
      const ring = session.ring(options, { isTold: false });
      for (const name of names) ring.add(name);
      return { ring, names, counts: keysPerNode(ring, names, keysOfSet(set, evenKeys)) };
    };
    session.tell("each ring", `${nodes} nodes, 512 points each, 20,000 keys`, "note");
    medianIsWithin(session, {
      enough,
      measure(set) {
        const { names, counts } = lookedUp(set);
        const [most, fewest] = [Math.max(...counts), Math.min(...counts)];
        const [first = "", last = ""] = [names[0], names.at(-1)];
        const what = `${inText(first)} … ${inText(last)}`;
        if (isRatio) {
          const value = most / fewest;
          return { what, detail: `${fewest} to ${most} keys: ${ratioInWords(value)}`, value };
        }
        const value = (counts.at(-1) ?? 0) / evenKeys;
        return { what, detail: `${inText(last)} takes ${shareInWords(value)}`, value };
      },
      isWithin: (value) => (isRatio ? value <= ratioMax : value < newcomerShareMax),
      inWords: isRatio ? ratioInWords : shareInWords,
      line: isRatio ? "at most 1.3" : "less than 5 %",
      signature: isRatio ? "uneven" : "a newcomer takes too much",
      therefore: (median) =>
        isRatio
          ? `The node with the most keys must have at most 1.3 times those of the one with the fewest, in the median of nine sets of names, and it has ${median} times as many.`
          : `A newcomer to 24 nodes must become first owner of less than 5 % of the keys, in the median of nine sets of names, and it takes ${median}.`,
    });
  },

  smaller: () => [],
});

/** How many of the keys each node is the first owner of. */
export function keysPerNode(
  ring: RingInUse,
  names: readonly string[],
  keys: readonly string[],
): number[] {
  const counts = new Map(names.map((name) => [name, 0]));
  for (const key of keys) {
    const [first = ""] = ring.get(key);
    counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return names.map((name) => counts.get(name) ?? 0);
}

export function ratioInWords(ratio: number): string {
  return ratio.toFixed(2);
}

export function shareInWords(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
