/**
 * A ring whose views are copies of its points; what else is to be known of a node is looked up by its name.
 *
 * Wrong: it is looked up in the ring, as it is by then. A node that has moved to another zone, or has left,
 * changes what views answer that were taken before.
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
  misconception: "whoever has the points of an earlier ring has the ring",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new ViewedRing(options);
}

/** Names and points, but not what the names stand for. */
interface Snapshot {
  readonly names: readonly string[];
  readonly points: readonly Point[];
}

class ViewedRing extends ChangingRing {
  #now: Snapshot = { names: [], points: [] };

  get(key: string): Owners {
    return this.#owners(key, this.#now);
  }

  view(): RingView {
    const snapshot = this.#now;
    return { get: (key) => this.#owners(key, snapshot) };
  }

  protected prepare(members: Members): void {
    const { pointsPerNode, hash } = this.settings;
    const points = [...members.values()]
      .flatMap(({ node, weight }) => pointsOf(node, Math.ceil(pointsPerNode * weight), hash))
      .sort(byPlace);
    this.#now = { names: [...members.keys()], points };
  }

  #owners(key: string, { names, points }: Snapshot): Owners {
    const { replicas, hash } = this.settings;
    const members = new Map(
      names.map((node) => {
        const { weight, zone } = this.members.get(node) ?? { weight: 1, zone: undefined };
        return [node, { node, weight, zone }];
      }),
    );
    const walk = walkFrom(points, hash(readKey(key)), names.length);
    const nodes = spreadOverZones(walk, members, replicas);
    return { nodes, isShort: names.length < replicas };
  }
}
