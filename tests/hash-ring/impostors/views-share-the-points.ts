/**
 * A sorted array of points that is changed in place, once all new points are known.
 *
 * Wrong: a view holds the same array. It keeps its members and answers with their traits, from points that
 * have moved on.
 */
import type { HashRing, HashRingOptions, Owners, RingView } from "#katas/hash-ring/contract.ts";
import { readKey } from "./parts/arguments.ts";
import { ChangingRing, type Members } from "./parts/changing-ring.ts";
import { byPlace, type Point, pointsOf, walkFrom } from "./parts/points.ts";
import { spreadOverZones } from "./parts/ring-of-members.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/views-stay",
  level: 3,
  misconception: "a view of an array is safe as long as the array is replaced at once",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new InPlaceRing(options);
}

class InPlaceRing extends ChangingRing {
  readonly #points: Point[] = [];

  get(key: string): Owners {
    return this.#owners(key, this.members);
  }

  view(): RingView {
    const { members } = this;
    return { get: (key) => this.#owners(key, members) };
  }

  protected prepare(members: Members): void {
    const { pointsPerNode, hash } = this.settings;
    const points = [...members.values()].flatMap(({ node, weight }) =>
      pointsOf(node, Math.ceil(pointsPerNode * weight), hash),
    );
    this.#points.splice(0, this.#points.length, ...points.sort(byPlace));
  }

  #owners(key: string, members: Members): Owners {
    const { replicas, hash } = this.settings;
    const walk = walkFrom(this.#points, hash(readKey(key)));
    const nodes = spreadOverZones(only(members, walk), members, replicas);
    return { nodes, isShort: members.size < replicas };
  }
}

function* only(members: Members, walk: Iterable<string>): Generator<string> {
  for (const node of walk) {
    if (members.has(node)) yield node;
  }
}
