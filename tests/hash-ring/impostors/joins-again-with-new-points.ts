/**
 * A list of points, and for a node that is added the next of its points.
 *
 * Wrong: nobody asks whether the node is a member already. Adding it again gives it new points beside the
 * old ones, and twice the keys. The answer, at least, says that nothing has changed.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { readKey, readNode, readOptions, type Settings } from "./parts/arguments.ts";
import { byPlace, firstOf, type Point, walkFrom } from "./parts/points.ts";
import { UpToLevel2 } from "./parts/unwritten.ts";

export const level = 1;
export const impostor = {
  promise: "hash-ring/joining-twice-is-joining-once",
  level: 1,
  misconception: "whoever calls add has a new node",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new AppendingRing(readOptions(options));
}

class AppendingRing extends UpToLevel2 {
  readonly #settings: Settings;
  readonly #points: Point[] = [];

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
  }

  add(node: string): boolean {
    const { pointsPerNode, hash } = this.#settings;
    const known = this.#points.filter((point) => point.node === readNode(node)).length;
    for (let number = known; number < known + pointsPerNode; number++) {
      this.#points.push({ position: hash(`${number}:${readNode(node)}`), node });
    }
    this.#points.sort(byPlace);
    return known === 0;
  }

  remove(node: string): boolean {
    const others = this.#points.filter((point) => point.node !== readNode(node));
    const { length } = this.#points;
    this.#points.splice(0, length, ...others);
    return others.length < length;
  }

  get(key: string): Owners {
    const { hash, replicas } = this.#settings;
    const nodes = firstOf(walkFrom(this.#points, hash(readKey(key))), replicas);
    return { nodes, isShort: nodes.length < replicas };
  }
}
