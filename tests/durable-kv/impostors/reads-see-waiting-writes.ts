/**
 * The reference with reads that see a put as soon as it is called.
 *
 * Wrong: the value is in nobody's log yet, and a power cut takes it back after a client has seen it. A
 * client alone never reads before its put is answered.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/seen-is-safe",
  level: 3,
  misconception: "a client wants to read its own writes, the sooner the better",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new EagerStore(await openReference(options));
}

class EagerStore extends PassOnStore {
  /** The writes not yet answered, in the order of their calls. */
  readonly #waiting: { key: string; value: Uint8Array | undefined }[] = [];

  override async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const safe = await this.store.get(key);
    const write = this.#waiting.findLast((waiting) => waiting.key === keyText(key));
    return write === undefined ? safe : write.value?.slice();
  }

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.#seenUntilDone(key, value, this.store.put(key, value));
  }

  override delete(key: Uint8Array): Promise<void> {
    return this.#seenUntilDone(key, undefined, this.store.delete(key));
  }

  async #seenUntilDone(
    key: Uint8Array,
    value: Uint8Array | undefined,
    done: Promise<void>,
  ): Promise<void> {
    const isRefused = await Promise.race([done, Promise.resolve("waits")]).catch(() => "refused");
    if (isRefused !== "waits") return done;
    const write = { key: keyText(key), value: value?.slice() };
    this.#waiting.push(write);
    try {
      await done;
    } finally {
      this.#waiting.splice(this.#waiting.indexOf(write), 1);
    }
  }
}

function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString("latin1");
}
