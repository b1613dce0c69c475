/**
 * From a walk to a list of owners: the rule of zones.
 *
 *   walk               oak·north   elm·north   ash·south   fir·north   bay
 *   first of its zone  oak                     ash                     bay
 *   others                         elm                     fir
 *   3 owners           oak ash bay
 *   4 owners           oak ash bay elm
 *
 * Nodes that are the first of their zone on the walk go before all others, and within both groups the
 * order of the walk holds. A newcomer then puts aside one node at most: the one that was the first of
 * the zone, or the one at the end of the list. And if it enters the list of a key, it is there; no list
 * changes that it does not enter.
 *
 * A node without a zone is a zone of its own. Where nobody has one, all are the first of theirs, and
 * the rule says: the first nodes on the walk.
 */
import type { Member } from "./member.ts";

/** The zone, or the member itself if it has none: its name could be a zone's. */
type Fate = string | Member;

export function fateOf(member: Member): Fate {
  return member.zone ?? member;
}

/** The first `count` owners on a walk that meets at least as many members, of `fateCount` fates. */
export function ownersOn(walk: Iterable<Member>, count: number, fateCount: number): string[] {
  const firstCount = Math.min(count, fateCount);
  const fates = new Set<Fate>();
  const first: string[] = [];
  const others: string[] = [];
  for (const member of walk) {
    const fate = fateOf(member);
    if (fates.has(fate)) others.push(member.node);
    else first.push(member.node);
    fates.add(fate);
    // A zone may come late on the walk, and its first node still goes before all others.
    if (first.length === firstCount && first.length + others.length >= count) break;
  }
  return [...first, ...others].slice(0, count);
}
