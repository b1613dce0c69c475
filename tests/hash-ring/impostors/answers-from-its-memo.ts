/**
 * Owners are worked out once for each key, kept, and handed out again and again.
 *
 * Wrong: what is handed out is what is kept. Who shuffles the list of owners to spread reads shuffles it for
 * everybody who asks later.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { readKey, readNode, readOptions, type Settings } from "./parts/arguments.ts";
import { byPlace, firstOf, type Point, pointsOf, walkFrom } from "./parts/points.ts";
import { UpToLevel2 } from "./parts/unwritten.ts";

export const level = 1;
export const impostor = {
  promise: "hash-ring/answers-stay-as-given",
  level: 1,
  misconception: "nobody changes a list that was read-only to begin with",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RememberingRing(readOptions(options));
}

class RememberingRing extends UpToLevel2 {
  readonly #settings: Settings;
  readonly #pointsOf = new Map<string, Point[]>();
  readonly #answers = new Map<string, Owners>();
  #points: Point[] = [];

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
  }

  add(node: string): boolean {
    if (this.#pointsOf.has(readNode(node))) return false;
    const { pointsPerNode, hash } = this.#settings;
    this.#pointsOf.set(node, pointsOf(node, pointsPerNode, hash));
    return this.#rebuild();
  }

  remove(node: string): boolean {
    return this.#pointsOf.delete(readNode(node)) && this.#rebuild();
  }

  get(key: string): Owners {
    let answer = this.#answers.get(readKey(key));
    if (answer === undefined) {
      const { hash, replicas } = this.#settings;
      const nodes = firstOf(walkFrom(this.#points, hash(key)), replicas);
      answer = { nodes, isShort: this.#pointsOf.size < replicas };
      this.#answers.set(key, answer);
    }
    return answer;
  }

  #rebuild(): boolean {
    this.#points = [...this.#pointsOf.values()].flat().sort(byPlace);
    this.#answers.clear();
    return true;
  }
}
