/**
 * One owner from every zone first; when zones are fewer than replicas, the zone that is known longest gives
 * the rest, since its machines have proved themselves.
 *
 * Wrong: which zone is known longest is history. Rings with the same members, of which one has learned of
 * them in another order, answer other owners; without zones there is no difference.
 */
import type { Change, HashRing, HashRingOptions, NodeTraits } from "#katas/hash-ring/contract.ts";
import { readChanges } from "./parts/arguments.ts";
import { firstOf } from "./parts/points.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/members-decide",
  level: 1,
  misconception: "what has been there longer is more reliable",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new SeniorityRing(options);
}

class SeniorityRing extends RingOfMembers {
  readonly #zones: Set<string>;

  constructor(options: HashRingOptions) {
    const known = new Set<string>();
    super(options, {
      choose(walk, members, replicas) {
        const seen = new Set<unknown>();
        const first: string[] = [];
        const others: string[] = [];
        for (const node of walk) {
          const fate = members.get(node)?.zone ?? members.get(node);
          (seen.has(fate) ? others : first).push(node);
          seen.add(fate);
        }
        const seniority = [...known];
        const rankOf = (node: string): number => seniority.indexOf(members.get(node)?.zone ?? "");
        others.sort((a, b) => rankOf(a) - rankOf(b));
        return firstOf([...first, ...others], replicas);
      },
    });
    this.#zones = known;
  }

  override add(node: string, traits?: NodeTraits): boolean {
    const isOther = super.add(node, traits);
    if (traits?.zone !== undefined) this.#zones.add(traits.zone);
    return isOther;
  }

  override apply(changes: readonly Change[]): void {
    super.apply(changes);
    for (const { traits } of readChanges(changes)) {
      if (traits?.zone !== undefined) this.#zones.add(traits.zone);
    }
  }
}
