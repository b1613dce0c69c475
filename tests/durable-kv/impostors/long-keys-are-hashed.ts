/**
 * The reference behind a door that is more generous than the contract.
 *
 * Wrong: a key that is too long is replaced by its hash instead of being refused. It even works; but
 * the caller was promised a refusal, and a store that keeps to the contract will not find those keys.
 */
import { createHash } from "node:crypto";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/bad-arguments-are-refused",
  level: 1,
  misconception: "accepting more than the contract is a kindness",
} as const;

const keyBytesMax = 1024;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new GenerousStore(await openReference(options));
}

class GenerousStore extends PassOnStore {
  override get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.store.get(shortened(key));
  }

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.store.put(shortened(key), value);
  }

  override delete(key: Uint8Array): Promise<void> {
    return this.store.delete(shortened(key));
  }
}

function shortened(key: Uint8Array): Uint8Array {
  if (!(key instanceof Uint8Array) || key.length <= keyBytesMax) return key;
  return createHash("sha256").update(key).digest();
}
