/**
 * A ring that is built when it is asked for the first time after a change.
 *
 * Wrong: it is marked as built before it is. When the hash fails in the middle, the lookup fails as it should;
 * the next one finds the mark, and half a ring or none.
 */
import type {
  Change,
  HashRing,
  HashRingOptions,
  NodeTraits,
  Owners,
  RingView,
} from "#katas/hash-ring/contract.ts";
import {
  readChanges,
  readKey,
  readNode,
  readOptions,
  readTraits,
  type Settings,
  type Step,
  type Traits,
} from "./parts/arguments.ts";
import { byPlace, type Point, pointsOf, walkFrom } from "./parts/points.ts";
import { spreadOverZones } from "./parts/ring-of-members.ts";
import { UpToLevel3 } from "./parts/unwritten.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/changes-are-whole",
  level: 3,
  misconception: "a flag that says done may be set before the work begins",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new LazyRing(readOptions(options));
}

interface Member extends Traits {
  readonly node: string;
}

class LazyRing extends UpToLevel3 {
  readonly #settings: Settings;
  #circle: Circle;

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
    this.#circle = new Circle(settings, new Map());
  }

  add(node: string, traits?: NodeTraits): boolean {
    return this.#change([{ node: readNode(node), traits: readTraits(traits) }]);
  }

  remove(node: string): boolean {
    return this.#change([{ node: readNode(node), traits: undefined }]);
  }

  apply(changes: readonly Change[]): void {
    this.#change(readChanges(changes));
  }

  get(key: string): Owners {
    return this.#circle.get(key);
  }

  view(): RingView {
    const circle = this.#circle;
    return { get: (key) => circle.get(key) };
  }

  #change(steps: readonly Step[]): boolean {
    const members = new Map(this.#circle.members);
    let isOther = false;
    for (const { node, traits } of steps) {
      const member = members.get(node);
      if (member?.weight === traits?.weight && member?.zone === traits?.zone) continue;
      isOther = true;
      if (traits === undefined) members.delete(node);
      else members.set(node, { node, ...traits });
    }
    if (isOther) this.#circle = new Circle(this.#settings, members);
    return isOther;
  }
}

class Circle {
  readonly members: ReadonlyMap<string, Member>;
  readonly #settings: Settings;
  #points: readonly Point[] = [];
  #isStale = true;

  constructor(settings: Settings, members: ReadonlyMap<string, Member>) {
    this.#settings = settings;
    this.members = members;
  }

  get(key: string): Owners {
    readKey(key);
    const { replicas, hash, pointsPerNode } = this.#settings;
    if (this.#isStale) {
      this.#isStale = false;
      this.#points = [...this.members.values()]
        .flatMap(({ node, weight }) => pointsOf(node, Math.ceil(pointsPerNode * weight), hash))
        .sort(byPlace);
    }
    const walk = walkFrom(this.#points, hash(key), this.members.size);
    const nodes = spreadOverZones(walk, this.members, replicas);
    return { nodes, isShort: this.members.size < replicas };
  }
}
