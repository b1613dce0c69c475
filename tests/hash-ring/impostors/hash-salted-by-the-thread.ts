/**
 * The reference with a hash that starts from the number of its thread, so that the threads of a pool do not
 * all ask the same node first.
 *
 * Wrong: each thread has a ring of its own opinion. In one thread all rings agree, freshly loaded copies of
 * the code included; only real threads show it.
 */
import { threadId } from "node:worker_threads";
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { hashText } from "../../../solutions/hash-ring/hash.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/members-decide",
  level: 1,
  misconception: "all that runs in one process agrees",
  stressOnly: true,
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return createReference({ hash: (label) => hashText(`${threadId} ${label}`), ...options });
}
