/**
 * One sync at a time runs behind the appends.
 *
 * Wrong: when a sync ends, everything appended by then is answered, those records too that arrived
 * while it ran. A sync covers what had settled when it was called. With one client nothing ever
 * arrives meanwhile.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openSyncBehind, SyncBehindStore } from "./parts/sync-behind-store.ts";

export const level = 3;
export const impostor = {
  promise: "durable-kv/races-survive-as-answered",
  level: 3,
  misconception: "when a sync ends, everything in the file is on the disk",
} as const;

class AnswersAll extends SyncBehindStore {
  override countToAnswer(): number {
    return this.appended.length;
  }
}

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openSyncBehind(options, AnswersAll);
}
