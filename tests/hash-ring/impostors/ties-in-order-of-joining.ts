/**
 * Points sorted by position, by a sort that is known to be stable.
 *
 * Wrong: where points coincide, the node that joined first stays in front. Two clients that learned of the
 * nodes in another order disagree about these keys, and about no others.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { readKey, readNode, readOptions, type Settings } from "./parts/arguments.ts";
import { firstOf, type Point, pointsOf, walkFrom } from "./parts/points.ts";
import { UpToLevel2 } from "./parts/unwritten.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/collisions-lose-nobody",
  level: 2,
  misconception: "a stable sort always gives the same order",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new StableRing(readOptions(options));
}

class StableRing extends UpToLevel2 {
  readonly #settings: Settings;
  readonly #nodes = new Set<string>();
  #points: readonly Point[] = [];

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
  }

  add(node: string): boolean {
    if (this.#nodes.has(readNode(node))) return false;
    const { pointsPerNode, hash } = this.#settings;
    const points = [...this.#points, ...pointsOf(node, pointsPerNode, hash)];
    this.#points = points.sort((a, b) => a.position - b.position);
    this.#nodes.add(node);
    return true;
  }

  remove(node: string): boolean {
    this.#points = this.#points.filter((point) => point.node !== readNode(node));
    return this.#nodes.delete(readNode(node));
  }

  get(key: string): Owners {
    const { hash, replicas } = this.#settings;
    const nodes = firstOf(walkFrom(this.#points, hash(readKey(key))), replicas);
    return { nodes, isShort: this.#nodes.size < replicas };
  }
}
