/**
 * The reference with every key replaced by its CRC-32: short keys of one length are quick to compare.
 *
 * Wrong: two keys may have one checksum, and among a hundred thousand two of them do. They are one key then.
 */
import { crc32 } from "node:zlib";
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnStore } from "./parts/pass-on-store.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/bytes-come-back-exactly",
  level: 1,
  misconception: "thirty-two bits are enough to tell keys apart",
} as const;

export async function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return new ChecksumStore(await openReference(options));
}

const keyBytesMax = 1024;

class ChecksumStore extends PassOnStore {
  override get(key: Uint8Array): Promise<Uint8Array | undefined> {
    return this.store.get(shortened(key));
  }

  override put(key: Uint8Array, value: Uint8Array): Promise<void> {
    return this.store.put(shortened(key), value);
  }

  override delete(key: Uint8Array): Promise<void> {
    return this.store.delete(shortened(key));
  }
}

/** What is no key stays none. */
function shortened(key: Uint8Array): Uint8Array {
  if (!(key instanceof Uint8Array) || key.length === 0 || key.length > keyBytesMax) return key;
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(key));
  return checksum;
}
