/**
 * Recovery that begins with tidying up: logs that are in tables, as the newest list says, are removed before anything else.
 *
 * Wrong: after a kill that list may never have been synced. When the power goes, it goes too, and the list before it
 * counts on the logs.
 */
import { crc32 } from "node:zlib";
import type { LsmTree, LsmTreeOptions } from "#katas/lsm-tree/contract.ts";
import type { DiskLock } from "#platform/disk.ts";
import { PassOnDisk } from "../../harness/on-disk/pass-on-disk.ts";
import { EagerTree } from "../alternates/eager-levels.ts";
import { readWhole } from "./parts/read-whole.ts";

export const level = 3;
export const impostor = {
  promise: "lsm-tree/acked-writes-survive",
  level: 3,
  misconception: "what a list says that can be read is so",
} as const;

class TidyDisk extends PassOnDisk {
  override async lock(directory: string): Promise<DiskLock> {
    const lock = await this.disk.lock(directory);
    const names = (await this.disk.list(directory)).sort();
    let logFrom = 0;
    for (const name of names.filter((one) => one.endsWith(".m"))) {
      const file = await this.disk.open(`${directory}/${name}`);
      const text = (await readWhole(file)).toString("latin1");
      await file.close();
      const checksum = crc32(text.slice(8)).toString(16).padStart(8, "0");
      if (text.slice(0, 8) === checksum)
        ({ logFrom } = JSON.parse(text.slice(8)) as { logFrom: number });
    }
    for (const name of names)
      if (name.endsWith(".l") && Number(name.slice(0, 8)) < logFrom)
        await this.disk.remove(`${directory}/${name}`);
    return lock;
  }
}

export function openLsmTree(options: LsmTreeOptions): Promise<LsmTree> {
  return new EagerTree({ ...options, disk: new TidyDisk(options.disk) }).opened();
}
