/**
 * A file per batch of writes, behind a client that takes white space off the ends of keys, as one does with what
 * people type.
 *
 * Wrong: keys are bytes, and a key that ends with a line feed is another one than the key without it.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { BatchFilesStore, openBatchFiles } from "./parts/batch-files-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/bytes-come-back-exactly",
  level: 1,
  misconception: "white space around a key is a slip of the keyboard",
} as const;

class TrimmingStore extends BatchFilesStore {
  override get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return super.get(trimmed(key));
  }

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return super.put(trimmed(key), value);
  }

  override delete(key: Uint8Array): Promise<void> {
    return super.delete(trimmed(key));
  }
}

/** A key of nothing else stays as it is, and so does what is no key. */
function trimmed(key: Uint8Array): Uint8Array {
  if (!(key instanceof Uint8Array)) return key;
  const bytes = Buffer.from(Buffer.from(key).toString("latin1").trim(), "latin1");
  return bytes.length === 0 ? key : bytes;
}

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openBatchFiles(options, TrimmingStore);
}
