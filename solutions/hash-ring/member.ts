/**
 * A member of the ring, and where it stands.
 *
 *   label = number ":" node        0:oak  1:oak  2:oak  …        one point of the circle each
 *
 * The number comes first and holds no colon, so that any label can be read in one way only, whatever
 * the node is called. Behind the name it would blur: "a" + "12" and "a1" + "2" are the same text.
 *
 * A node of twice the weight has the points of the lighter one and as many more. So a new weight adds
 * points or takes some away, and never moves one.
 */
import type { Hash } from "./hash.ts";

export interface Member {
  readonly node: string;
  readonly weight: number;
  readonly zone: string | undefined;
}

export function isSameMember(one: Member, other: Member): boolean {
  return one.node === other.node && one.weight === other.weight && one.zone === other.zone;
}

/** The positions of a member, ascending and each only once: a second point there would decide nothing. */
export function positionsOf(member: Member, pointsPerNode: number, hash: Hash): Uint32Array {
  // However light, a member has a point: it must be found while there are too few others.
  const count = Math.max(1, Math.round(member.weight * pointsPerNode));
  const positions = new Uint32Array(count);
  for (let number = 0; number < count; number += 1)
    positions[number] = hash(`${number}:${member.node}`);
  positions.sort();
  return positions.filter((position, index) => index === 0 || position !== positions[index - 1]);
}
