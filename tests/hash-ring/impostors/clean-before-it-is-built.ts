/**
 * A ring that is built when it is asked for the first time after a change.
 *
 * Wrong: it is marked as built before it is. When the hash fails in the middle, the lookup fails as it should;
 * the next one finds the mark, and half a ring or none.
 */
import type { HashRing, HashRingOptions, Owners, RingView } from "#katas/hash-ring/contract.ts";
import { readKey, type Settings } from "./parts/arguments.ts";
import { ChangingRing, type Members } from "./parts/changing-ring.ts";
import { byPlace, type Point, pointsOf, walkFrom } from "./parts/points.ts";
import { spreadOverZones } from "./parts/ring-of-members.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/changes-are-whole",
  level: 3,
  misconception: "a flag that says done may be set before the work begins",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new LazyRing(options);
}

class LazyRing extends ChangingRing {
  #circle = new Circle(this.settings, this.members);

  get(key: string): Owners {
    return this.#circle.get(key);
  }

  view(): RingView {
    const circle = this.#circle;
    return { get: (key) => circle.get(key) };
  }

  protected prepare(members: Members): void {
    this.#circle = new Circle(this.settings, members);
  }
}

class Circle implements RingView {
  readonly #members: Members;
  readonly #settings: Settings;
  #points: readonly Point[] = [];
  #isStale = true;

  constructor(settings: Settings, members: Members) {
    this.#settings = settings;
    this.#members = members;
  }

  get(key: string): Owners {
    readKey(key);
    const { replicas, hash, pointsPerNode } = this.#settings;
    if (this.#isStale) {
      this.#isStale = false;
      this.#points = [...this.#members.values()]
        .flatMap(({ node, weight }) => pointsOf(node, Math.ceil(pointsPerNode * weight), hash))
        .sort(byPlace);
    }
    const walk = walkFrom(this.#points, hash(key), this.#members.size);
    const nodes = spreadOverZones(walk, this.#members, replicas);
    return { nodes, isShort: this.#members.size < replicas };
  }
}
