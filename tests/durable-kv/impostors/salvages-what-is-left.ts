/**
 * The reference with an open that always succeeds.
 *
 * Wrong: where the log is known to be rotten it is cut off and opened again, so that acknowledged writes
 * disappear without a word. A salvage is a decision of the owner; an open is not the place for it.
 */
import { type CorruptionError, errorCode } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/rot-is-refused",
  level: 4,
  misconception: "an old state is better than no state",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  for (;;) {
    try {
      return await openReference(options);
    } catch (error) {
      if (!isCorruption(error)) throw error;
      const file = await options.disk.open(error.file);
      // Cutting at the damage leaves nothing that could be called damaged; a file cut to nothing goes.
      if (error.offset < (await file.size())) await file.truncate(error.offset);
      else await options.disk.remove(error.file);
      await file.sync();
      await file.close();
    }
  }
}

function isCorruption(error: unknown): error is CorruptionError {
  return errorCode(error) === "CORRUPTION";
}
