/**
 * Keys stay where they are as far as they may. The limit of a node is a quarter more than what nodes carry on
 * average.
 *
 * Wrong: on average of those that carry anything. A ring in which all keys are on two of ten nodes believes
 * that each has its half, and leaves them there.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { RingWithCarriers, sum } from "./parts/ring-with-carriers.ts";
import { Settling } from "./parts/settling.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/no-node-beyond-its-limit",
  level: 4,
  misconception: "who carries nothing does not count",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingWithCarriers(options, (scene) => {
    const carrying = new Set([...scene.keys.values()].flatMap(({ carrier }) => carrier ?? []));
    const weightOfCarrying = sum(
      scene.members.flatMap(({ node, weight }) => (carrying.has(node) ? weight : [])),
    );
    const weightOfAll = sum(scene.members.map(({ weight }) => weight));
    const tooMuch = weightOfCarrying === 0 ? 1 : weightOfAll / weightOfCarrying;
    return new Settling(scene, (_node, limit) => limit * tooMuch).settled();
  });
}
