/**
 * The reference behind a door that lets sixteen writers in at a time.
 *
 * Wrong: those sixteen share a sync, and everybody else waits for the next one. It was meant to keep
 * batches small; what it keeps small is the number of writers who pay for a sync together.
 */
import { ClosedError } from "#platform/errors.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 3;
export const impostor = {
  promise: "durable-kv/writers-share-a-sync",
  level: 3,
  misconception: "a batch must be limited to a small number of writers",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new DoorkeptStore(await openReference(options));
}

const writersInsideMax = 16;

class DoorkeptStore extends PassOnStore {
  #inside = 0;
  readonly #outside: (() => void)[] = [];
  readonly #unanswered = new Set<Promise<void>>();
  #isClosed = false;

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    const copies = [key, value].map((bytes) =>
      bytes instanceof Uint8Array ? new Uint8Array(bytes) : bytes,
    );
    return this.#through(() => this.store.put(copies[0] ?? key, copies[1] ?? value));
  }

  override delete(key: Uint8Array): Promise<void> {
    const copy = key instanceof Uint8Array ? key.slice() : key;
    return this.#through(() => this.store.delete(copy));
  }

  override async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#unanswered);
    await this.store.close();
  }

  override async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    if (this.#isClosed) throw new ClosedError("The store is closed.");
    return this.store.get(key);
  }

  async #through(write: () => Promise<void>): Promise<void> {
    if (this.#isClosed) throw new ClosedError("The store is closed.");
    const answered = this.#enterAndLeave(write);
    this.#unanswered.add(answered);
    try {
      await answered;
    } finally {
      this.#unanswered.delete(answered);
    }
  }

  async #enterAndLeave(write: () => Promise<void>): Promise<void> {
    if (this.#inside >= writersInsideMax) {
      await new Promise<void>((enter) => {
        this.#outside.push(enter);
      });
    } else {
      this.#inside++;
    }
    try {
      await write();
    } finally {
      const next = this.#outside.shift();
      if (next === undefined) this.#inside--;
      else next();
    }
  }
}
