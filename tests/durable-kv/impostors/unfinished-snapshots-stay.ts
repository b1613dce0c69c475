/**
 * The reference on a disk that removes what was replaced and nothing else.
 *
 * Wrong: a snapshot that a crash left unfinished was never anybody's, so nobody removes it. It is never
 * read either; but each crash in a compaction leaves one more, and no later compaction gives it back.
 */
import type { DurableKv, DurableKvOptions } from "#katas/durable-kv/contract.ts";
import { openDurableKv as openReference } from "../../../solutions/durable-kv/durable-kv.ts";
import { PassOnDisk } from "../../harness/on-disk/pass-on-disk.ts";

export const level = 5;
export const impostor = {
  promise: "durable-kv/space-is-bounded",
  level: 5,
  misconception: "whoever ignores a leftover file is done with it",
} as const;

export function openDurableKv(options: DurableKvOptions): Promise<DurableKv> {
  return openReference({ ...options, disk: new ForgetfulDisk(options.disk) });
}

class ForgetfulDisk extends PassOnDisk {
  override async remove(path: string): Promise<void> {
    if (!path.endsWith(".unfinished")) await this.disk.remove(path);
  }
}
