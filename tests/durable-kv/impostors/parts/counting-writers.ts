/** A store behind a count of the writers that wait: an edit says how it counts. */
import type { DurableKv } from "#katas/durable-kv/contract.ts";
import { PassOnStore } from "./pass-on-store.ts";

export abstract class CountingWriters extends PassOnStore {
  protected readonly writersWaitingMax: number;

  constructor(store: DurableKv, writersWaitingMax: number) {
    super(store);
    this.writersWaitingMax = writersWaitingMax;
  }

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.counted(() => this.store.put(key, value));
  }

  override delete(key: Uint8Array): Promise<void> {
    return this.counted(() => this.store.delete(key));
  }

  protected abstract counted(write: () => Promise<void>): Promise<void>;
}
