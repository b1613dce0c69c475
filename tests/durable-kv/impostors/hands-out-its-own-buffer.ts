/**
 * The reference with a read cache that hands out what it keeps.
 *
 * Wrong: two gets of one key answer with the same buffer, so that whoever changes the first answer
 * changes the second. The cache does notice writes: it compares with what the store says.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/buffers-stay-yours",
  level: 1,
  misconception: "nobody changes what they were only given to read",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new CachingStore(await openReference(options));
}

interface Kept {
  handedOut: Uint8Array;
  original: Uint8Array;
}

class CachingStore extends PassOnStore {
  readonly #kept = new Map<string, Kept>();

  override async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const value = await this.store.get(key);
    if (value === undefined) return undefined;
    const kept = this.#kept.get(keyText(key));
    if (kept !== undefined && Buffer.compare(kept.original, value) === 0) return kept.handedOut;
    this.#kept.set(keyText(key), { handedOut: value, original: value.slice() });
    return value;
  }
}

function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString("latin1");
}
