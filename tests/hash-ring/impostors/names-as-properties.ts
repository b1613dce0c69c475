/**
 * Members are the properties of an object, and so is what each of them has.
 *
 * Wrong: an object has properties that nobody has given it. A node that is called like one of them seems
 * to be a member already, and never joins.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { readKey, readNode, readOptions, type Settings } from "./parts/arguments.ts";
import { byPlace, firstOf, type Point, pointsOf, walkFrom } from "./parts/points.ts";
import { UpToLevel2 } from "./parts/unwritten.ts";

export const level = 1;
export const impostor = {
  promise: "hash-ring/joining-twice-is-joining-once",
  level: 1,
  misconception: "an empty object has no properties",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new ObjectRing(readOptions(options));
}

class ObjectRing extends UpToLevel2 {
  readonly #settings: Settings;
  readonly #pointsOf: Record<string, Point[] | undefined> = {};
  #points: Point[] = [];

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
  }

  add(node: string): boolean {
    if (this.#pointsOf[readNode(node)] !== undefined) return false;
    const { pointsPerNode, hash } = this.#settings;
    this.#pointsOf[node] = pointsOf(node, pointsPerNode, hash);
    return this.#rebuild();
  }

  remove(node: string): boolean {
    if (!Object.hasOwn(this.#pointsOf, readNode(node))) return false;
    this.#pointsOf[node] = undefined;
    return this.#rebuild();
  }

  get(key: string): Owners {
    const { hash, replicas } = this.#settings;
    const nodes = firstOf(walkFrom(this.#points, hash(readKey(key))), replicas);
    return { nodes, isShort: nodes.length < replicas };
  }

  #rebuild(): boolean {
    this.#points = Object.values(this.#pointsOf)
      .flatMap((points) => points ?? [])
      .sort(byPlace);
    return true;
  }
}
