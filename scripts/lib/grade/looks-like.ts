/**
 * Which planted bug a failing subject resembles, said as a misconception and never by name.
 *
 * It speaks only when exactly one is clearly nearest: the same promises break, and the counterexample
 * has the same coarse features. Promises that only one of the two was asked about are left out of the
 * comparison. Silence is better than a wrong hint.
 */
import { readRecord, type RecordedRow } from "../matrix/recorded-row.ts";
import type { PromiseGrade } from "./grade-report.ts";

export interface PlantedBugSignature {
  impostor: string;
  misconception: string;
  /** The promises up to this level were tried. */
  level: number;
  /** The promises that it breaks. */
  broken: string[];
  /** For each of them the features of the counterexample that was found. */
  features: Record<string, string[]>;
}

export interface Failure {
  /** The promise that failed, and what its counterexample is like. */
  id: string;
  features: readonly string[];
  /** All promises that were judged, this one included. */
  judged: readonly { id: string; level: number; isBroken: boolean }[];
}

/** Features that say how a check found out rather than what is wrong: alone they are no resemblance. */
const sayNothing = new Set(["live", "hung", "rejected", "unrepeatable"]);
const similarityMin = 0.85;
/** How much the nearest has to be ahead of the next one that means something else. */
const leadMin = 0.15;

/** From the kill matrix. Bugs that no check sees have no signature. */
export function readSignatures(root: string, kata: string): PlantedBugSignature[] {
  return readRecord(root, kata).flatMap(signatureOf);
}

function signatureOf({
  impostor,
  misconception,
  level,
  notHeld,
}: RecordedRow): PlantedBugSignature[] {
  const broken = Object.entries(notHeld).filter(([, { status }]) => status === "broken");
  if (broken.length === 0) return [];
  return [
    {
      ...{ impostor, misconception, level },
      broken: broken.map(([id]) => id),
      features: Object.fromEntries(broken.map(([id, { features }]) => [id, [...features]])),
    },
  ];
}

/** The same promises, each failing one with what it looks like. */
export function withLooksLike(
  invariants: readonly PromiseGrade[],
  signatures: readonly PlantedBugSignature[],
): PromiseGrade[] {
  const judged = invariants
    .filter(({ status }) => status === "held" || status === "broken")
    .map(({ id, level, status }) => ({ id, level, isBroken: status === "broken" }));
  return invariants.map((promise) => {
    const { id, counterexample } = promise;
    if (counterexample === null) return promise;
    const { features } = counterexample;
    return { ...promise, looksLike: nearestPlantedBug({ id, features, judged }, signatures) };
  });
}

export function nearestPlantedBug(
  failure: Failure,
  signatures: readonly PlantedBugSignature[],
): string | null {
  if (failure.features.every((feature) => sayNothing.has(feature))) return null;
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

function similarityOf({ id, features, judged }: Failure, signature: PlantedBugSignature): number {
  if (!signature.broken.includes(id)) return 0;
  const asked = judged.filter(({ level }) => level <= signature.level);
  const ids = new Set(asked.map((promise) => promise.id));
  const broken = asked.filter(({ isBroken }) => isBroken).map((promise) => promise.id);
  const sameBroken = overlap(
    broken,
    signature.broken.filter((each) => ids.has(each)),
  );
  return (sameBroken + overlap(features, signature.features[id] ?? [])) / 2;
}

/** Shared by all: 1 for equal sets, 0 for disjoint ones. */
function overlap(left: readonly string[], right: readonly string[]): number {
  const all = new Set([...left, ...right]);
  if (all.size === 0) return 1;
  const shared = left.filter((each) => right.includes(each));
  return new Set(shared).size / all.size;
}
