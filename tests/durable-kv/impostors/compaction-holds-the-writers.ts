/**
 * The reference with a compaction that nobody may disturb.
 *
 * Wrong: a write that is called while a compaction runs waits for its end. Nothing is ever lost or
 * wrong; only every writer stands still for as long as it takes to write all that lives.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { ClosedError, OverloadedError } from "#platform/errors.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { CountingWriters } from "./parts/counting-writers.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/writes-go-on-during-compaction",
  level: 5,
  misconception: "compaction needs the store to stand still",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const store = await openReference(options);
  return new StandstillStore(store, options.writersWaitingMax ?? 1024);
}

class StandstillStore extends CountingWriters {
  #compacting: Promise<void> | undefined;
  readonly #writing = new Set<Promise<void>>();
  #isClosed = false;

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return super.put(copyOf(key), copyOf(value));
  }

  override delete(key: Uint8Array): Promise<void> {
    return super.delete(copyOf(key));
  }

  protected override async counted(write: () => Promise<void>): Promise<void> {
    if (this.#isClosed) throw new ClosedError("The store is closed.");
    if (this.#writing.size >= this.writersWaitingMax) {
      throw new OverloadedError(`${this.#writing.size} writes are waiting already.`);
    }
    const done =
      this.#compacting === undefined ? write() : Promise.allSettled([this.#compacting]).then(write);
    this.#writing.add(done);
    try {
      await done;
    } finally {
      this.#writing.delete(done);
    }
  }

  override async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.#isClosed) throw new ClosedError("The store is closed.");
    return this.store.get(key);
  }

  override compact(): Promise<void> {
    if (this.#isClosed) return this.store.compact();
    this.#compacting ??= this.store.compact().finally(() => {
      this.#compacting = undefined;
    });
    return this.#compacting;
  }

  override async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#writing);
    await this.store.close();
  }
}

/** Whatever is no array of bytes, the reference refuses. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return bytes instanceof Uint8Array ? new Uint8Array(bytes) : bytes;
}
