/**
 * The reference with a compaction that is nobody's worry: if the disk fails it, another one will follow.
 *
 * Wrong: compact resolves although nothing was given back, and whoever called it goes on filling the disk.
 */
import { errorCode } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/space-is-bounded",
  level: 5,
  misconception: "what fails in the background need not be told",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new CheerfulStore(await openReference(options));
}

class CheerfulStore extends PassOnStore {
  override async compact(): Promise<void> {
    try {
      await this.store.compact();
    } catch (error) {
      if (errorCode(error) === "CLOSED") throw error;
    }
  }
}
