/**
 * Options are kept where every function of the module finds them.
 *
 * Wrong: there is one place for all rings. The ring that is made last decides for those before it how many
 * owners they answer. With one ring a process nobody notices.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { readKey, readNode, readOptions, type Settings } from "./parts/arguments.ts";
import { byPlace, firstOf, type Point, pointsOf, walkFrom } from "./parts/points.ts";
import { UpToLevel2 } from "./parts/unwritten.ts";

export const level = 1;
export const impostor = {
  promise: "hash-ring/members-decide",
  level: 1,
  misconception: "one process has one ring",
} as const;

let settings: Settings;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  settings = readOptions(options);
  return new SettledRing();
}

class SettledRing extends UpToLevel2 {
  readonly #pointsOf = new Map<string, Point[]>();

  add(node: string): boolean {
    if (this.#pointsOf.has(readNode(node))) return false;
    this.#pointsOf.set(node, pointsOf(node, settings.pointsPerNode, settings.hash));
    return true;
  }

  remove(node: string): boolean {
    return this.#pointsOf.delete(readNode(node));
  }

  get(key: string): Owners {
    const { hash, replicas } = settings;
    const points = [...this.#pointsOf.values()].flat().sort(byPlace);
    const nodes = firstOf(walkFrom(points, hash(readKey(key))), replicas);
    return { nodes, isShort: this.#pointsOf.size < replicas };
  }
}
