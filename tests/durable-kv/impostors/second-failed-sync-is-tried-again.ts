/**
 * The reference, opened anew when the disk has failed a write, so that it goes on after a failure.
 *
 * Wrong: of a disk that is known to fail, the next failed sync is tried again, and it succeeds. The bytes
 * that the failed one should have covered are gone, and the write is answered.
 */
import { errorCode } from "#platform/errors.ts";
import type { DiskFile } from "#platform/disk.ts";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 4;
export const impostor = {
  promise: "durable-kv/failed-writes-are-not-acknowledged",
  level: 4,
  misconception: "a disk that fails now and then needs patience",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  const disk = new LearningDisk(options.disk);
  const open = (): Promise<DurableKv> => openReference({ ...options, disk });
  return new RevivedStore(await open(), open);
}

class RevivedStore extends PassOnStore {
  readonly #open: () => Promise<DurableKv>;
  #current: DurableKv;
  #reviving: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(store: DurableKv, open: () => Promise<DurableKv>) {
    super(store);
    this.#current = store;
    this.#open = open;
  }

  override get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#current.get(key);
  }

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.#writes((store) => store.put(key, value));
  }

  override delete(key: Uint8Array): Promise<void> {
    return this.#writes((store) => store.delete(key));
  }

  override compact(): Promise<void> {
    return this.#current.compact();
  }

  override close(): Promise<void> {
    this.#closing ??=
      this.#reviving === undefined
        ? this.#current.close()
        : this.#reviving.then(() => this.#current.close());
    return this.#closing;
  }

  async #writes(write: (store: DurableKv) => Promise<void>): Promise<void> {
    const store = this.#current;
    try {
      await write(store);
    } catch (error) {
      const isOver = this.#closing !== undefined || store !== this.#current;
      if (errorCode(error) === "STORAGE" && !isOver) await (this.#reviving ??= this.#revive());
      throw error;
    }
  }

  async #revive(): Promise<void> {
    try {
      await this.#current.close().catch(() => undefined);
      this.#current = await this.#open();
    } catch {
      // The next write is refused, and tries to open it again.
    } finally {
      this.#reviving = undefined;
    }
  }
}

class LearningDisk extends PassOnDisk {
  #hasFailed = false;

  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new LearningFile(await this.disk.open(path, options), (sync) => this.#sync(sync));
  }

  async #sync(sync: () => Promise<void>): Promise<void> {
    try {
      await sync();
    } catch (error) {
      if (this.#hasFailed) return sync();
      this.#hasFailed = true;
      throw error;
    }
  }
}

class LearningFile extends PassOnFile {
  readonly #through: (sync: () => Promise<void>) => Promise<void>;

  constructor(file: DiskFile, through: (sync: () => Promise<void>) => Promise<void>) {
    super(file);
    this.#through = through;
  }

  override sync(): Promise<void> {
    return this.#through(() => this.file.sync());
  }
}
