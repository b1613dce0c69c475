/**
 * The reference with look-ups that read a block in pieces of 512 bytes, as the disk's sectors are.
 *
 * Wrong: what costs is the call and not its bytes, and a get makes eight of them.
 */
import type { DiskFile } from "#platform/disk.ts";
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import { openLsmTree as openReference } from "../../../solutions/lsm-tree/lsm-tree.ts";
import { Table } from "../../../solutions/lsm-tree/table.ts";
import { PassOnDisk, PassOnFile } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 4;
export const impostor = {
  promise: "lsm-tree/a-get-reads-little",
  level: 4,
  misconception: "many small reads cost as much as a large one",
} as const;

const pieceBytes = 512;
let lookUps = 0;

const { lookUp } = Table.prototype;

Table.prototype.lookUp = async function lookUpInPieces(key) {
  lookUps += 1;
  try {
    return await lookUp.call(this, key);
  } finally {
    lookUps -= 1;
  }
};

class PieceDisk extends PassOnDisk {
  override async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return new PieceFile(await this.disk.open(path, options));
  }
}

class PieceFile extends PassOnFile {
  override read(position: number, length: number): Promise<Uint8Array> {
    return this.file.read(position, lookUps > 0 ? Math.min(length, pieceBytes) : length);
  }
}

export function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return openReference({ ...options, disk: new PieceDisk(options.disk) });
}
