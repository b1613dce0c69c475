/**
 * Sorted points. Where two coincide, names decide as a dictionary has them.
 *
 * Wrong: to a dictionary "1" and "01" are one number, and different names are equal. Then nothing decides but the
 * order of joining.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { readKey, readNode, readOptions, type Settings } from "./parts/arguments.ts";
import { firstOf, type Point, pointsOf, walkFrom } from "./parts/points.ts";
import { UpToLevel2 } from "./parts/unwritten.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/collisions-lose-nobody",
  level: 2,
  misconception: "names that compare as equal are equal",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new DictionaryRing(readOptions(options));
}

class DictionaryRing extends UpToLevel2 {
  readonly #settings: Settings;
  readonly #pointsOf = new Map<string, Point[]>();

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
  }

  add(node: string): boolean {
    if (this.#pointsOf.has(readNode(node))) return false;
    const { pointsPerNode, hash } = this.#settings;
    this.#pointsOf.set(node, pointsOf(node, pointsPerNode, hash));
    return true;
  }

  remove(node: string): boolean {
    return this.#pointsOf.delete(readNode(node));
  }

  get(key: string): Owners {
    const { hash, replicas } = this.#settings;
    const points = [...this.#pointsOf.values()].flat().sort(byPlaceAndCollation);
    const nodes = firstOf(walkFrom(points, hash(readKey(key))), replicas);
    return { nodes, isShort: this.#pointsOf.size < replicas };
  }
}

const { compare } = new Intl.Collator("en", { numeric: true });

function byPlaceAndCollation(one: Point, other: Point): number {
  return one.position - other.position || compare(one.node, other.node);
}
