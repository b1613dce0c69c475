/**
 * Places on the ring, each with all nodes that stand there.
 *
 * Wrong: a node that leaves takes its places along, with everybody who stands there too. They are still
 * members, and own less than before, or nothing.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { readKey, readNode, readOptions, type Settings } from "./parts/arguments.ts";
import { byPlace, firstOf, type Point, pointsOf, walkFrom } from "./parts/points.ts";
import { UpToLevel2 } from "./parts/unwritten.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/collisions-lose-nobody",
  level: 2,
  misconception: "a place belongs to whoever stands on it",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new PlacesRing(readOptions(options));
}

class PlacesRing extends UpToLevel2 {
  readonly #settings: Settings;
  readonly #nodes = new Set<string>();
  readonly #nodesAt = new Map<number, string[]>();
  #points: readonly Point[] = [];

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
  }

  add(node: string): boolean {
    if (this.#nodes.has(readNode(node))) return false;
    this.#nodes.add(node);
    for (const position of this.#positionsOf(node)) {
      this.#nodesAt.set(position, [...(this.#nodesAt.get(position) ?? []), node]);
    }
    return this.#sort();
  }

  remove(node: string): boolean {
    if (!this.#nodes.delete(readNode(node))) return false;
    for (const position of this.#positionsOf(node)) this.#nodesAt.delete(position);
    return this.#sort();
  }

  get(key: string): Owners {
    const { hash, replicas } = this.#settings;
    const nodes = firstOf(walkFrom(this.#points, hash(readKey(key))), replicas);
    return { nodes, isShort: this.#nodes.size < replicas };
  }

  #sort(): boolean {
    this.#points = [...this.#nodesAt]
      .flatMap(([position, nodes]) => nodes.map((node) => ({ position, node })))
      .sort(byPlace);
    return true;
  }

  #positionsOf(node: string): Set<number> {
    const { pointsPerNode, hash } = this.#settings;
    return new Set(pointsOf(node, pointsPerNode, hash).map(({ position }) => position));
  }
}
