/**
 * A batch of more than a megabyte is appended in pieces, each with its checksum, so that no buffer is larger than
 * needed. One sync covers them all.
 *
 * Wrong: each piece counts by itself. A crash between two of them leaves the first part of a transaction.
 */
import type { MvccStore, MvccStoreOptions } from "#katas/mvcc-store/contract.ts";
import { lineOf, type Log, LogStore, openLogStore, type WaitingCommit } from "./parts/log-store.ts";

export const level = 5;
export const impostor = {
  promise: "mvcc-store/commits-survive-whole",
  level: 5,
  misconception: "what is synced together arrives together",
} as const;

export async function openMvccStore(options?: MvccStoreOptions): Promise<MvccStore> {
  return openLogStore(new Store(options));
}

const pieceCharsMax = 1_000_000;
const writesInAPiece = 8;

class Store extends LogStore {
  override async writeBatch(log: Log, batch: readonly WaitingCommit[]): Promise<void> {
    const writes = batch.flatMap((commit) => [...commit.writes]);
    if (lineOf(writes).length <= pieceCharsMax) {
      await super.writeBatch(log, batch);
      return;
    }
    for (let from = 0; from < writes.length; from += writesInAPiece)
      await log.file.append(lineOf(writes.slice(from, from + writesInAPiece)));
    await log.file.sync();
  }
}
