/**
 * The reference with friendlier errors.
 *
 * Wrong: the error that refuses a rotten log has the right code and a kind sentence, and no longer says
 * which file and where. Whoever is called at night has a hundred segments and nothing to go by.
 */
import { errorCode } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/rot-is-refused",
  level: 4,
  misconception: "the code of an error is all that anybody needs",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  try {
    return await openReference(options);
  } catch (error) {
    if (errorCode(error) !== "CORRUPTION") throw error;
    throw Object.assign(new Error("The store is damaged. Restore it from a backup."), {
      code: "CORRUPTION",
    });
  }
}
