/**
 * A sorted array of points, into which those of a newcomer are put one after the other.
 *
 * Wrong: the hash is asked between two of them. A lookup that comes from there finds the newcomer with some
 * of its points; and when the hash fails, these points stay, of a node that is no member.
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
  type Traits,
} from "./parts/arguments.ts";
import { byPlace, type Point, walkFrom } from "./parts/points.ts";
import { spreadOverZones } from "./parts/ring-of-members.ts";
import { UpToLevel3 } from "./parts/unwritten.ts";

export const level = 3;
export const impostor = {
  promise: "hash-ring/changes-are-whole",
  level: 3,
  misconception: "nobody looks while a change is being made",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new InsertingRing(readOptions(options));
}

interface Member extends Traits {
  readonly node: string;
}

class InsertingRing extends UpToLevel3 {
  readonly #settings: Settings;
  #members: ReadonlyMap<string, Member> = new Map();
  #points: Point[] = [];

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
  }

  add(node: string, traits?: NodeTraits): boolean {
    return this.#join(readNode(node), readTraits(traits));
  }

  remove(node: string): boolean {
    const members = new Map(this.#members);
    if (!members.delete(readNode(node))) return false;
    this.#points = this.#points.filter((point) => point.node !== node);
    this.#members = members;
    return true;
  }

  apply(changes: readonly Change[]): void {
    const before = [this.#members, this.#points] as const;
    try {
      for (const { node, traits } of readChanges(changes)) {
        if (traits === undefined) this.remove(node);
        else this.#join(node, traits);
      }
    } catch (error) {
      [this.#members, this.#points] = before;
      throw error;
    }
  }

  get(key: string): Owners {
    return this.#owners(key, this.#members, this.#points);
  }

  view(): RingView {
    const members = this.#members;
    const points = [...this.#points];
    return { get: (key) => this.#owners(key, members, points) };
  }

  #join(node: string, traits: Traits): boolean {
    const member = this.#members.get(node);
    if (member?.weight === traits.weight && member.zone === traits.zone) return false;
    if (member !== undefined) this.remove(node);
    const { pointsPerNode, hash } = this.#settings;
    const members = new Map(this.#members).set(node, { node, ...traits });
    for (let number = 0; number < pointsPerNode * traits.weight; number++) {
      const position = hash(`${number}:${node}`);
      this.#members = members;
      this.#points.push({ position, node });
      this.#points.sort(byPlace);
    }
    return true;
  }

  #owners(key: string, members: ReadonlyMap<string, Member>, points: readonly Point[]): Owners {
    const { replicas, hash } = this.#settings;
    const walk = walkFrom(points, hash(readKey(key)), members.size);
    return { nodes: spreadOverZones(walk, members, replicas), isShort: members.size < replicas };
  }
}
