/**
 * The reference with a hash that begins with a secret number, so that nobody can aim keys at one node.
 *
 * Wrong: every process draws a number of its own. Within one everything agrees; two clients send the same
 * key to different nodes, and a restart moves all keys.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { hashText } from "../../../solutions/hash-ring/hash.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/members-decide",
  level: 1,
  misconception: "a hash is the same wherever the code is the same",
  unrepeatable: true,
} as const;

const seed = Math.floor(Math.random() * 2 ** 32);

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return createReference({ hash: (label) => hashText(`${seed} ${label}`), ...options });
}
