/**
 * The reference, with a register of who has placed which key.
 *
 * Wrong: it is one register for all rings of the process. A key that is placed in one of them is carried in
 * the others, too, by a node that they have never heard of.
 */
import type { HashRing, HashRingOptions } from "#katas/hash-ring/contract.ts";
import { createHashRing as createReference } from "../../../solutions/hash-ring/hash-ring.ts";
import { PassOnRing } from "./parts/pass-on-ring.ts";

export const level = 4;
export const impostor = {
  promise: "hash-ring/a-place-is-kept",
  level: 4,
  misconception: "a key can be in one place only",
} as const;

const register = new Map<string, HashRing>();

export function createHashRing(options: HashRingOptions = {}): HashRing {
  return new RegisteredRing(createReference(options));
}

class RegisteredRing extends PassOnRing {
  override place(key: string, load?: number): string | undefined {
    const holder = register.get(key) ?? this.ring;
    const carrier = holder.place(key, load);
    register.set(key, holder);
    return carrier;
  }

  override release(key: string): boolean {
    const isReleased = (register.get(key) ?? this.ring).release(key);
    register.delete(key);
    return isReleased;
  }

  override carrier(key: string): string | undefined {
    return (register.get(key) ?? this.ring).carrier(key);
  }
}
