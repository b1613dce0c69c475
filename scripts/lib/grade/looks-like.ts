/**
 * Which planted bug a failing subject resembles, said as a misconception and never by name.
 *
 * It speaks only when exactly one is clearly nearest: the same promises break, and the counterexample
 * has the same coarse features. Silence is better than a wrong hint.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { PromiseGrade } from "./grade-report.ts";

export interface PlantedBugSignature {
  impostor: string;
  misconception: string;
  /** The promises that it breaks. */
  broken: string[];
  /** For each of them the features of the counterexample that was found. */
  features: Record<string, string[]>;
}

export interface Failure {
  broken: readonly string[];
  id: string;
  features: readonly string[];
}

const similarityMin = 0.75;
/** How much the nearest has to be ahead of the next one that means something else. */
const leadMin = 0.15;

export function readSignatures(root: string, kata: string): PlantedBugSignature[] {
  const file = path.join(root, "tests", kata, "impostors/signatures.json");
  if (!existsSync(file)) return [];
  return JSON.parse(readFileSync(file, "utf8")) as PlantedBugSignature[];
}

/** The same promises, each failing one with what it looks like. */
export function withLooksLike(
  invariants: readonly PromiseGrade[],
  signatures: readonly PlantedBugSignature[],
): PromiseGrade[] {
  const broken = invariants.filter(({ status }) => status === "broken").map(({ id }) => id);
  return invariants.map((promise) => {
    const { id, counterexample } = promise;
    if (counterexample === null) return promise;
    const { features } = counterexample;
    return { ...promise, looksLike: nearestPlantedBug({ broken, id, features }, signatures) };
  });
}

export function nearestPlantedBug(
  failure: Failure,
  signatures: readonly PlantedBugSignature[],
): string | null {
  const ranked = signatures
    .map((signature) => ({ signature, similarity: similarityOf(failure, signature) }))
    .sort((left, right) => right.similarity - left.similarity);
  const [nearest] = ranked;
  if (nearest === undefined || nearest.similarity < similarityMin) return null;
  const { misconception } = nearest.signature;
  const rival = ranked.find(({ signature }) => signature.misconception !== misconception);
  const isClear = rival === undefined || nearest.similarity - rival.similarity >= leadMin;
  return isClear ? misconception : null;
}

function similarityOf({ broken, id, features }: Failure, signature: PlantedBugSignature): number {
  if (!signature.broken.includes(id)) return 0;
  const sameBroken = overlap(broken, signature.broken);
  return (sameBroken + overlap(features, signature.features[id] ?? [])) / 2;
}

/** Shared by all: 1 for equal sets, 0 for disjoint ones. */
function overlap(left: readonly string[], right: readonly string[]): number {
  const all = new Set([...left, ...right]);
  if (all.size === 0) return 1;
  const shared = left.filter((each) => right.includes(each));
  return new Set(shared).size / all.size;
}
