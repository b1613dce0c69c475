/**
 * The reference, asked for a longer queue than its caller wanted.
 *
 * Wrong: only writers in the queue are counted, and one write in the batch under way on top of them is
 * let in. With a limit of n, n+1 writes wait.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/overload-is-refused",
  level: 4,
  misconception: "a write that is being written is not waiting any more",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { writersWaitingMax } = options;
  if (writersWaitingMax === undefined || !(writersWaitingMax >= 1)) return openReference(options);
  return openReference({ ...options, writersWaitingMax: writersWaitingMax + 1 });
}
