/**
 * A file per batch of writes, and snapshots. Opening begins with a look for unfinished snapshots, which are worth
 * nothing and are removed.
 *
 * Wrong: it looks before the directory is its own. The snapshot that it finds may be one that the owner
 * of the directory is about to finish.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openBatchFiles } from "./parts/batch-files-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/one-owner-at-a-time",
  level: 1,
  misconception: "what is called unfinished will never be finished",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const { disk, directory } = options;
  for (const name of await disk.list(directory))
    if (name.endsWith(".tmp")) await disk.remove(`${directory}/${name}`);
  return openBatchFiles(options);
}
