/**
 * Keys stay where they are, except that they move forward where a node before theirs has room.
 *
 * Wrong: when a limit falls, since a node has joined or keys were released, nobody gives anything up. Nodes
 * go on carrying what they were allowed to carry once.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { RingWithCarriers } from "./parts/ring-with-carriers.ts";
import { Settling } from "./parts/settling.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/no-node-beyond-its-limit",
  level: 4,
  misconception: "what was within the limit when it came may stay",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RingWithCarriers(options, (scene) => {
    const settling = new Settling(scene);
    settling.house();
    settling.moveUp();
    return settling.carriers;
  });
}
