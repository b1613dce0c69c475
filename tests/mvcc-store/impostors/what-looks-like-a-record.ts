/**
 * Records have a mark, a length and a checksum. Behind a damaged one the log is searched for another mark: where a whole
 * record stands, the damage is rot.
 *
 * Wrong: values hold whatever bytes they like, those of a record too. The torn record of such a value proves by its own
 * inside that it had been synced, and the store does not open.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { Buffer } from "node:buffer";
import { deserialize, serialize } from "node:v8";
import { CorruptionError } from "#platform/errors.ts";
import { crc32 } from "./parts/crc32.ts";
import { type Log, LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/commits-survive-whole",
  level: 5,
  misconception: "nobody stores what only a log contains",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

/** mark (4) · checksum (8) · length of the body (8), all of them text · body */
const mark = "RECD";
const headLength = 20;

class Store extends LogStore {
  override async writeBatch({ file }: Log, batch: readonly WaitingCommit[]): Promise<void> {
    const body = serialize(batch.flatMap(({ writes }) => [...writes]));
    const length = body.length.toString(16).padStart(8, "0");
    const head = Buffer.from(`${mark}${crc32(body.toString("latin1"))}${length}`, "latin1");
    await file.append(Buffer.concat([head, body]));
    await file.sync();
  }

  override replay(path: string, bytes: Buffer): number {
    let length = 0;
    for (let body = bodyAt(bytes, 0); body !== undefined; body = bodyAt(bytes, length)) {
      this.apply(deserialize(body) as [string, unknown][]);
      length += headLength + body.length;
    }
    for (let at = length + 1; at < bytes.length; at++)
      if (bodyAt(bytes, at) !== undefined)
        throw new CorruptionError(path, length, "a whole record follows it");
    return length;
  }
}

function bodyAt(bytes: Buffer, at: number): Buffer | undefined {
  const head = bytes.toString("latin1", at, at + headLength);
  if (head.length < headLength || !head.startsWith(mark)) return undefined;
  const length = parseInt(head.slice(12), 16);
  const body = Buffer.from(bytes.subarray(at + headLength, at + headLength + length));
  const isWhole = body.length === length && crc32(body.toString("latin1")) === head.slice(4, 12);
  return isWhole ? body : undefined;
}
