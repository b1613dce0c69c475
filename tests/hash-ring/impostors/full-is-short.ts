/**
 * The reference, asked whether it is short by a comparison that includes the limit.
 *
 * Wrong: with exactly as many nodes as replicas every key has all its owners, and is reported as short.
 */
import type { HashRing, HashRingOptions, Owners } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 2;
export const impostor = {
  promise: "hash-ring/shortage-is-told",
  level: 1,
  misconception: "a ring without a spare node is short of nodes",
} as const;

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new AnxiousRing(createReference(options), options.replicas ?? 3);
}

class AnxiousRing extends PassOnRing {
  readonly #replicas: number;
  #memberCount = 0;

  constructor(ring: HashRing, replicas: number) {
    super(ring);
    this.#replicas = replicas;
  }

  override add(node: string): boolean {
    const isNew = this.ring.add(node);
    if (isNew) this.#memberCount += 1;
    return isNew;
  }

  override remove(node: string): boolean {
    const wasThere = this.ring.remove(node);
    if (wasThere) this.#memberCount -= 1;
    return wasThere;
  }

  override get(key: string): Owners {
    const { nodes } = this.ring.get(key);
    return { nodes, isShort: this.#memberCount <= this.#replicas };
  }
}
