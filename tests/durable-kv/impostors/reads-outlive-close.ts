/**
 * The reference with a get that is polite after close.
 *
 * Wrong: a read after close answers "nothing there" instead of rejecting. The caller who holds on to a
 * closed store takes that for the truth and writes the default value over what is there.
 */
import { errorCode } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/closed-means-closed",
  level: 1,
  misconception: "a closed store holds nothing, so nothing is the right answer",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new PoliteStore(await openReference(options));
}

class PoliteStore extends PassOnStore {
  override async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      return await this.store.get(key);
    } catch (error) {
      if (errorCode(error) === "CLOSED") return undefined;
      throw error;
    }
  }
}
