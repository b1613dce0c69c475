/**
 * A sorted list of positions and a map from positions to nodes.
 *
 * Wrong: a sort without a comparison sorts numbers as texts, 10 before 9, and the search that relies on
 * their order ends somewhere. The same keys end at the same place, until the list changes.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { readKey, readNode, readOptions, type Settings } from "./parts/arguments.ts";
import { firstOf } from "./parts/points.ts";
import { UpToLevel2 } from "./parts/unwritten.ts";

export const level = 1;
export const impostor = {
  promise: "hash-ring/the-second-takes-over",
  level: 1,
  misconception: "numbers are sorted as numbers",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new TwoTablesRing(readOptions(options));
}

class TwoTablesRing extends UpToLevel2 {
  readonly #settings: Settings;
  readonly #nodes = new Set<string>();
  readonly #nodesAt = new Map<number, Set<string>>();
  #positions: number[] = [];

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
  }

  add(node: string): boolean {
    if (this.#nodes.has(readNode(node))) return false;
    this.#nodes.add(node);
    for (const position of this.#positionsOf(node)) {
      const others = this.#nodesAt.get(position) ?? [];
      this.#nodesAt.set(position, new Set([...others, node].sort()));
    }
    this.#positions = [...this.#nodesAt.keys()].sort();
    return true;
  }

  remove(node: string): boolean {
    if (!this.#nodes.delete(readNode(node))) return false;
    for (const position of this.#positionsOf(node)) {
      this.#nodesAt.get(position)?.delete(node);
      if (this.#nodesAt.get(position)?.size === 0) this.#nodesAt.delete(position);
    }
    this.#positions = [...this.#nodesAt.keys()].sort();
    return true;
  }

  get(key: string): Owners {
    const { hash, replicas } = this.#settings;
    const start = this.#search(hash(readKey(key)));
    const around = [...this.#positions.slice(start), ...this.#positions.slice(0, start)];
    const met = new Set(around.flatMap((position) => [...(this.#nodesAt.get(position) ?? [])]));
    return { nodes: firstOf(met, replicas), isShort: this.#nodes.size < replicas };
  }

  #search(position: number): number {
    let low = 0;
    let high = this.#positions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#positions[middle] as number) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #positionsOf(node: string): Set<number> {
    const { pointsPerNode, hash } = this.#settings;
    const numbers = Array.from({ length: pointsPerNode }, (_, index) => index);
    return new Set(numbers.map((number) => hash(`${number}:${node}`)));
  }
}
