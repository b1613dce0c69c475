/**
 * A sorted array of points that is changed in place, once all new points are known.
 *
 * Wrong: a view holds the same array. It keeps its members and answers with their traits, from points that
 * have moved on.
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
  promise: "hash-ring/views-stay",
  level: 3,
  misconception: "a view of an array is safe as long as the array is replaced at once",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new InPlaceRing(readOptions(options));
}

interface Member extends Traits {
  readonly node: string;
}

class InPlaceRing extends UpToLevel3 {
  readonly #settings: Settings;
  readonly #points: Point[] = [];
  #members: ReadonlyMap<string, Member> = new Map();

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
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
    return this.#owners(key, this.#members);
  }

  view(): RingView {
    const members = this.#members;
    return { get: (key) => this.#owners(key, members) };
  }

  #change(steps: readonly Step[]): boolean {
    const members = new Map(this.#members);
    let isOther = false;
    for (const { node, traits } of steps) {
      const member = members.get(node);
      if (member?.weight === traits?.weight && member?.zone === traits?.zone) continue;
      isOther = true;
      if (traits === undefined) members.delete(node);
      else members.set(node, { node, ...traits });
    }
    if (!isOther) return false;
    const { pointsPerNode, hash } = this.#settings;
    const points = [...members.values()].flatMap(({ node, weight }) =>
      pointsOf(node, Math.ceil(pointsPerNode * weight), hash),
    );
    this.#points.splice(0, this.#points.length, ...points.sort(byPlace));
    this.#members = members;
    return true;
  }

  #owners(key: string, members: ReadonlyMap<string, Member>): Owners {
    const { replicas, hash } = this.#settings;
    const walk = walkFrom(this.#points, hash(readKey(key)));
    const nodes = spreadOverZones(only(members, walk), members, replicas);
    return { nodes, isShort: members.size < replicas };
  }
}

function* only(members: ReadonlyMap<string, Member>, walk: Iterable<string>): Generator<string> {
  for (const node of walk) {
    if (members.has(node)) yield node;
  }
}
