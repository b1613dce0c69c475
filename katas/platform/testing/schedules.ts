/**
 * Which gate opens next. A schedule is the list of choices made, each an index into the pending gates
 * in order of arrival; the same program with the same choices runs the same way.
 *
 * No strategy is best: first-come finds the shortest histories, random mixes well, PCT (Burckhardt
 * et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs") starves single
 * gates for long, and a few delays of first-come order find most races.
 */
import { type Random, seededRandom } from "../random.ts";
import type { DiskCall } from "./disk-port.ts";
import type { Gate } from "./gates.ts";

export interface Scheduler<Call = DiskCall> {
  /** An index into `pending`, which is never empty. */
  choose(pending: readonly Gate<Call>[]): number;
}

/** Whoever waits longest goes first. */
export const firstCome: Scheduler<unknown> = { choose: () => 0 };

/** Makes the given choices, then first-come. A choice beyond the pending gates means the last of them. */
export function following(choices: readonly number[]): Scheduler<unknown> {
  let step = 0;
  return { choose: (pending) => withinReach(choices[step++], pending) };
}

export function randomly(random: Random): Scheduler<unknown> {
  return { choose: (pending) => random.below(pending.length) };
}

/**
 * Each gate gets a random priority when it is first seen; at a few random steps the favourite becomes
 * one of the last.
 */
export function byPriority(
  random: Random,
  changePoints: number,
  stepsExpected: number,
): Scheduler<unknown> {
  const priorities = new Map<Gate<unknown>, number>();
  const changes = new Set<number>();
  for (let count = 0; count < changePoints; count++) changes.add(random.below(stepsExpected));
  const favourite = (pending: readonly Gate<unknown>[]): number => {
    let best = 0;
    let bestPriority = -1;
    for (const [index, gate] of pending.entries()) {
      const priority = priorities.get(gate) ?? 1 + random.next();
      priorities.set(gate, priority);
      if (priority > bestPriority) [best, bestPriority] = [index, priority];
    }
    return best;
  };
  let step = 0;
  return {
    choose(pending) {
      const index = favourite(pending);
      const gate = pending[index];
      if (!changes.has(step++) || gate === undefined || pending.length === 1) return index;
      priorities.set(gate, random.next() / 2);
      return favourite(pending);
    },
  };
}

/** First-come, except that at the given steps the gates that are first in line are passed over. */
export function withDelays(delays: ReadonlyMap<number, number>): Scheduler<unknown> {
  let step = 0;
  return { choose: (pending) => withinReach(delays.get(step++), pending) };
}

/**
 * The schedules of one search, in the order that finds most soonest: first-come, then PCT, random and a
 * few delays of first-come order in turn.
 */
export function schedulerOf(
  index: number,
  seed: number,
  stepsExpected: number,
): Scheduler<unknown> {
  if (index === 0) return firstCome;
  const random = seededRandom(seed * 7919 + index);
  if (index % 3 === 1) return byPriority(random, index % 4, stepsExpected);
  if (index % 3 === 2) return randomly(random);
  const delays = new Map<number, number>();
  for (let left = 1 + random.below(3); left > 0; left--) {
    delays.set(random.below(stepsExpected), 1 + random.below(3));
  }
  return withDelays(delays);
}

/** A choice that was made elsewhere, where other gates may have been pending. */
function withinReach(choice: number | undefined, pending: readonly Gate<unknown>[]): number {
  if (choice === undefined || !Number.isSafeInteger(choice)) return 0;
  return Math.max(0, Math.min(choice, pending.length - 1));
}
