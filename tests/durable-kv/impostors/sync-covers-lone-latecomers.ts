/**
 * One sync at a time runs behind the appends, and a write that races with nobody is not kept waiting.
 *
 * Wrong: when a sync ends, records that arrived while it ran are answered too, if no other waiting write
 * has their key. Their order is beyond doubt; but a sync covers only what had settled when it was called.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openSyncBehind, SyncBehindStore } from "./parts/sync-behind-store.ts";

export const level = 3;
export const impostor = {
  promise: "durable-kv/races-survive-as-answered",
  level: 3,
  misconception: "only writes that race with each other need care",
} as const;

class AnswersLoneWriters extends SyncBehindStore {
  /** How many unanswered writes each key has. */
  readonly waitingFor = new Map<string, number>();

  override async write(key: string, value: Uint8Array | undefined): Promise<void> {
    this.count(key, 1);
    try {
      await super.write(key, value);
    } finally {
      this.count(key, -1);
    }
  }

  count(key: string, change: number): void {
    this.waitingFor.set(key, (this.waitingFor.get(key) ?? 0) + change);
  }

  override countToAnswer(coveredCount: number): number {
    const firstContended = this.appended.findIndex(
      ({ key }, index) => index >= coveredCount && (this.waitingFor.get(key) ?? 0) > 1,
    );
    return firstContended === -1 ? this.appended.length : firstContended;
  }
}

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openSyncBehind(options, AnswersLoneWriters);
}
