/**
 * The reference with keys that went through the encoding called "ascii", which every byte seems to survive.
 *
 * Wrong: it drops the highest bit. Two keys that differ in nothing else are one.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/bytes-come-back-exactly",
  level: 1,
  misconception: "a character is a byte",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new AsciiStore(await openReference(options));
}

class AsciiStore extends PassOnStore {
  override get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.store.get(ascii(key));
  }

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.store.put(ascii(key), value);
  }

  override delete(key: Uint8Array): Promise<void> {
    return this.store.delete(ascii(key));
  }
}

function ascii(key: Uint8Array): Uint8Array {
  if (!(key instanceof Uint8Array)) return key;
  return Buffer.from(Buffer.from(key).toString("ascii"), "latin1");
}
