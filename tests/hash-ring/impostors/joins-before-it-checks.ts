/**
 * A list of members that is put back in order after every join: sorted, without doubles, and checked.
 *
 * Wrong: the check comes when the name is in the list. It throws as it should, and the node without a name
 * is a member from then on.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { readKey, readNode, readOptions, type Settings } from "./parts/arguments.ts";
import { byPlace, firstOf, type Point, pointsOf, walkFrom } from "./parts/points.ts";
import { UpToLevel2 } from "./parts/unwritten.ts";

export const level = 1;
export const impostor = {
  promise: "hash-ring/bad-arguments-are-refused",
  level: 1,
  misconception: "a call that throws has done nothing",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new TidyRing(readOptions(options));
}

class TidyRing extends UpToLevel2 {
  readonly #settings: Settings;
  #names: string[] = [];

  constructor(settings: Settings) {
    super();
    this.#settings = settings;
  }

  add(node: string): boolean {
    const { length } = this.#names;
    this.#names = [...new Set([...this.#names, node])].sort();
    readNode(node);
    return this.#names.length > length;
  }

  remove(node: string): boolean {
    readNode(node);
    const { length } = this.#names;
    this.#names = this.#names.filter((name) => name !== node);
    return this.#names.length < length;
  }

  get(key: string): Owners {
    const { hash, replicas } = this.#settings;
    const nodes = firstOf(walkFrom(this.#points(), hash(readKey(key))), replicas);
    return { nodes, isShort: this.#names.length < replicas };
  }

  #points(): Point[] {
    const { pointsPerNode, hash } = this.#settings;
    return this.#names.flatMap((name) => pointsOf(name, pointsPerNode, hash)).sort(byPlace);
  }
}
