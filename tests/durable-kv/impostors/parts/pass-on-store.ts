/** A store that passes every call on: an edit overrides the one that it gets wrong. */
import type { DurableKv } from "#katas/durable-kv/contract.ts";

export class PassOnStore implements DurableKv {
  protected readonly store: DurableKv;

  constructor(store: DurableKv) {
    this.store = store;
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.store.get(key);
  }

  put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.store.put(key, value);
  }

  delete(key: Uint8Array): Promise<void> {
    return this.store.delete(key);
  }

  compact(): Promise<void> {
    return this.store.compact();
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
