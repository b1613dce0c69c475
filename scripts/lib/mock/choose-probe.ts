/**
 * Which probe is worth asking now: the rule that stands in for an interviewer who has looked over a shoulder.
 *
 * It looks at what the attempt shows: the level that it declares, and whether the visible tests are green. It never
 * knows whether a hidden promise holds, so the order of its questions gives nothing away.
 *
 * 1. The level under work, while its visible tests are not green: ask what is being built.
 * 2. The level above: it is not reached, so an answer is all there can be.
 * 3. The levels that are claimed with green tests: is it understood why they hold?
 * 4. Probes about no promise at all, then levels further up.
 *
 * Among those of one rank, the ones that speak for the weakest dimension of earlier grades come first; then the
 * words under which the phase files its probes, then the order that the seed has drawn.
 */
import type { PlannedPhase, PlannedProbe, SessionPlan } from "./session-plan.ts";

export interface AttemptShown {
  /** The level that the file declares; null before it was looked at. */
  level: number | null;
  /** Null while the visible tests were never run. */
  green: boolean | null;
}

export interface ChosenProbe {
  probe: PlannedProbe;
  /** Why this one, for the log. */
  because: string;
}

export function chooseProbe(
  plan: SessionPlan,
  phase: PlannedPhase,
  shown: AttemptShown,
  asked: ReadonlySet<string>,
): ChosenProbe | undefined {
  const candidates = plan.probes.filter(
    (probe) => phase.probes.includes(probe.phase) && !asked.has(probe.id),
  );
  const ranked = candidates.map((probe, drawn) => {
    const { rank, because } = rankOf(probe, shown);
    const isWeakest = plan.weakest !== null && probe.dimensions.includes(plan.weakest);
    const order = [rank, isWeakest ? 0 : 1, phase.probes.indexOf(probe.phase), drawn];
    return { probe, order, because: isWeakest ? `${because}; dimension ${plan.weakest}` : because };
  });
  return ranked.sort((left, right) => compare(left.order, right.order))[0];
}

function rankOf(probe: PlannedProbe, shown: AttemptShown): { rank: number; because: string } {
  const level = shown.level ?? 1;
  if (probe.levels.length === 0) return { rank: 4, because: "about no level" };
  if (probe.levels.includes(level) && shown.green !== true) {
    return { rank: 1, because: `level ${level} is under work` };
  }
  if (probe.levels.includes(level + 1)) {
    return { rank: 2, because: `level ${level + 1} is not reached` };
  }
  if (probe.levels.some((each) => each <= level)) {
    return { rank: 3, because: `up to level ${level} is claimed` };
  }
  return { rank: 5, because: "far above what is there" };
}

function compare(left: readonly number[], right: readonly number[]): number {
  for (const [index, value] of left.entries()) {
    const difference = value - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
