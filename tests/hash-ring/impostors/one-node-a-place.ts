/**
 * A map from positions to nodes.
 *
 * Wrong: where two points coincide, the later one is written over the earlier one, and the node has a point
 * fewer. With a good hash that happens once in a thousand rings.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { readKey, readNode, readOptions, type Settings } from "./parts/arguments.ts";
import { byPlace, firstOf, type Point, pointsOf, walkFrom } from "./parts/points.ts";
import { UpToLevel2 } from "./parts/unwritten.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/collisions-lose-nobody",
  level: 2,
  misconception: "two of four billion places never coincide",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new MapRing(readOptions(options));
}

class MapRing extends UpToLevel2 {
  readonly #settings: Settings;
  readonly #nodes = new Set<string>();
  readonly #nodeAt = new Map<number, string>();
  #points: Point[] = [];

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
  }

  add(node: string): boolean {
    if (this.#nodes.has(readNode(node))) return false;
    this.#nodes.add(node);
    const { pointsPerNode, hash } = this.#settings;
    for (const { position } of pointsOf(node, pointsPerNode, hash))
      this.#nodeAt.set(position, node);
    return this.#sort();
  }

  remove(node: string): boolean {
    if (!this.#nodes.delete(readNode(node))) return false;
    for (const [position, other] of this.#nodeAt) {
      if (other === node) this.#nodeAt.delete(position);
    }
    return this.#sort();
  }

  get(key: string): Owners {
    const { hash, replicas } = this.#settings;
    const nodes = firstOf(walkFrom(this.#points, hash(readKey(key))), replicas);
    return { nodes, isShort: this.#nodes.size < replicas };
  }

  #sort(): boolean {
    this.#points = [...this.#nodeAt].map(([position, node]) => ({ position, node })).sort(byPlace);
    return true;
  }
}
