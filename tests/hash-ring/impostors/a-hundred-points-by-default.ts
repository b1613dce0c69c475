/**
 * A ring whose nodes have a hundred points where nobody says how many.
 *
 * Wrong: the contract says 128. A client that hands the default in and one that leaves it out name other owners.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { RingOfMembers } from "./parts/ring-of-members.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/members-decide",
  level: 1,
  misconception: "a default is nobody else's business",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingOfMembers({ ...options, pointsPerNode: options.pointsPerNode ?? 100 }, {});
}
