/**
 * From evidence and claims to the score. A measured dimension follows the evidence and nothing else; any other
 * has the points that were claimed, as far as the bounds allow. Nothing is guessed: what nobody has scored has
 * no points, and then there is no total.
 */
import { boundsOn, marks, mostPoints } from "../../../rubric/bounds.ts";
import { dimensions, measuredDimensions } from "../../../rubric/dimensions.ts";
import { bar, gapsOf, type PassCondition, type Standing } from "../../../rubric/readiness.ts";
import type { Dimension, DimensionNumber, Evidence, Points } from "../../../rubric/shape.ts";
import type { DimensionScore, Score } from "../grade/grade-report.ts";
import { counted } from "../terminal/text.ts";
import type { Claim } from "./answers.ts";
import type { OthersScores } from "./scores-file.ts";

export interface Claims {
  own: ReadonlyMap<DimensionNumber, Claim>;
  others: OthersScores | null;
}

export function scoreOf(evidence: Evidence, claims: Claims, isWorking: boolean): Score {
  const scored = dimensions.map((dimension) => scoreDimension(dimension, evidence, claims));
  const total = scored.some(({ points }) => points === null)
    ? null
    : scored.reduce((sum, { points }) => sum + (points ?? 0), 0);
  const score: Score = { total, of: 70, bar, pass: null, dimensions: scored, remarks: [] };
  score.pass = total === null ? null : gapsIn(score, evidence, isWorking).length === 0;
  score.remarks = remarksOf(score, evidence, claims);
  return score;
}

/** What a pass still lacks, in the order in which it is worth closing. */
export function gapsIn(score: Score, evidence: Evidence, isWorking: boolean): PassCondition[] {
  return gapsOf(standingOf(score, evidence, isWorking));
}

/** Dimensions whose claim of 4 or 5 has no line that is there now. */
export function unsupportedClaims(
  { own, others }: Claims,
  isSupported: (quote: string) => boolean,
): DimensionNumber[] {
  return [...own]
    .filter(([number]) => others?.scores.has(number) !== true)
    .filter(([, { points, quote }]) => points > 3 && (quote === null || !isSupported(quote)))
    .map(([number]) => number);
}

function scoreDimension(
  { number, name }: Dimension,
  evidence: Evidence,
  { own, others }: Claims,
): DimensionScore {
  const most = mostPoints(number, evidence);
  const none: DimensionScore = {
    ...{ number, name, points: null, claimed: null, source: "not-scored", by: null, quote: null },
    bounds: boundsThatHold(number, evidence, 5),
  };
  if (measuredDimensions.includes(number)) return { ...none, points: most, source: "measured" };

  const byOthers = others?.scores.get(number);
  const claim = own.get(number);
  const claimed = byOthers ?? claim?.points;
  if (claimed === undefined) return none;
  return {
    ...none,
    points: Math.min(claimed, most),
    claimed,
    source: byOthers === undefined ? "self-scored" : "scored-by",
    by: byOthers === undefined ? null : (others?.by ?? null),
    bounds: boundsThatHold(number, evidence, claimed),
    quote: byOthers === undefined ? claim?.quote || null : null,
  };
}

/** The tightest bounds, where somebody who claims so much could not have more. */
function boundsThatHold(number: DimensionNumber, evidence: Evidence, claimed: Points): string[] {
  const most = mostPoints(number, evidence);
  if (most === 5 || most > claimed) return [];
  return boundsOn(number, evidence)
    .filter(({ atMost }) => atMost === most)
    .map(({ sentence }) => `at most ${most}: ${sentence}`);
}

function standingOf(
  { total, dimensions: scored }: Score,
  evidence: Evidence,
  isWorking: boolean,
): Standing {
  return {
    works: isWorking,
    solutionOpened: evidence.solutionOpened,
    ownTestCount: evidence.ownTests.count,
    total,
    pointsOf: (number) => scored.find((each) => each.number === number)?.points ?? null,
  };
}

function remarksOf({ dimensions: scored }: Score, evidence: Evidence, { others }: Claims) {
  const isSelfScored = (number: DimensionNumber) =>
    scored.some((each) => each.number === number && each.source === "self-scored");
  const remarks = marks
    .filter(({ applies }) => applies(evidence))
    .filter(({ dimension }) => dimension === null || isSelfScored(dimension))
    .map(({ dimension, sentence }) =>
      dimension === null ? sentence : `dimension ${dimension} is ${sentence}`,
    );
  if (evidence.hints > 0) remarks.push(`with ${counted(evidence.hints, "hint")}`);
  const note = others?.note ?? "";
  if (others !== null && note !== "") remarks.push(`${others.by}: ${note}`);
  return remarks;
}
