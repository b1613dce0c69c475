/**
 * The alternate that keeps its values on the disk, with a get that answers undefined where it finds none.
 *
 * Wrong: a value that cannot be read is taken for one that is not there, and the caller puts a new one.
 */
import { errorCode } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openAlternate } from "../alternates/sealed-segments-index.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/failed-writes-are-not-acknowledged",
  level: 4,
  misconception: "what cannot be found is not there",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new ForgivingStore(await openAlternate(options));
}

const toldToTheCaller = ["INVALID_ARGUMENT", "CLOSED", "CORRUPTION"];

class ForgivingStore extends PassOnStore {
  override async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    try {
      return await this.store.get(key);
    } catch (error) {
      if (toldToTheCaller.includes(errorCode(error) ?? "")) throw error;
      return undefined;
    }
  }
}
