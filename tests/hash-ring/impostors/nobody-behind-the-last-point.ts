/**
 * A ring as textbooks draw it: the owner of a key is the first node whose point is not before it.
 *
 * Wrong: behind the last point no such node is found, and the answer has no owners. With many points that
 * arc is so short that hardly any key falls into it.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { readKey, readNode, readOptions, type Settings } from "./parts/arguments.ts";
import { byPlace, firstOf, type Point, pointsOf } from "./parts/points.ts";
import { UpToLevel2 } from "./parts/unwritten.ts";

export const level = 1;
export const impostor = {
  promise: "hash-ring/every-key-has-owners",
  level: 1,
  misconception: "for every key some point comes after it",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new TextbookRing(readOptions(options));
}

class TextbookRing extends UpToLevel2 {
  readonly #settings: Settings;
  readonly #nodes = new Set<string>();
  #points: Point[] = [];

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
  }

  add(node: string): boolean {
    if (this.#nodes.has(readNode(node))) return false;
    const { pointsPerNode, hash } = this.#settings;
    this.#points = [...this.#points, ...pointsOf(node, pointsPerNode, hash)].sort(byPlace);
    this.#nodes.add(node);
    return true;
  }

  remove(node: string): boolean {
    this.#points = this.#points.filter((point) => point.node !== readNode(node));
    return this.#nodes.delete(readNode(node));
  }

  get(key: string): Owners {
    const { hash, replicas } = this.#settings;
    const position = hash(readKey(key));
    const start = this.#points.findIndex((point) => point.position >= position);
    const around = start < 0 ? [] : [...this.#points.slice(start), ...this.#points.slice(0, start)];
    const nodes = firstOf(new Set(around.map(({ node }) => node)), replicas);
    return { nodes, isShort: this.#nodes.size < replicas };
  }
}
