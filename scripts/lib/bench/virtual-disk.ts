/**
 * A disk in memory that makes one sync after the other, each in the same time, of files and of directories; all
 * else is at once. On it a latency says how many syncs somebody waited for, whatever the machine's own disk is like.
 */
import type { Disk, DiskFile } from "../../../katas/platform/disk.ts";
import { DiskPort } from "../../../katas/platform/testing/disk-port.ts";
import { DiskState } from "../../../katas/platform/testing/disk-state.ts";

export const syncMs = 1;

export interface VirtualDisk {
  readonly disk: Disk;
  /** Syncs so far, of files and directories. */
  readonly barriers: () => number;
}

export function virtualDisk(directory: string): VirtualDisk {
  const inner = new DiskPort(
    DiskState.fromImage({ directories: [directory], files: new Map<string, Uint8Array>() }),
  );
  let freeAt = 0;
  let count = 0;
  const barrier = async (): Promise<void> => {
    count++;
    const endsAt = Math.max(performance.now(), freeAt) + syncMs;
    freeAt = endsAt;
    while (performance.now() < endsAt) await new Promise(setImmediate);
  };
  const slowFile = (file: DiskFile): DiskFile => ({
    append: (bytes) => file.append(bytes),
    read: (position, length) => file.read(position, length),
    size: () => file.size(),
    truncate: (length) => file.truncate(length),
    sync: async () => {
      await barrier();
      await file.sync();
    },
    close: () => file.close(),
  });
  const disk: Disk = {
    open: async (path, options) => slowFile(await inner.open(path, options)),
    rename: (from, to) => inner.rename(from, to),
    remove: (path) => inner.remove(path),
    list: (path) => inner.list(path),
    makeDirectory: (path) => inner.makeDirectory(path),
    syncDirectory: async (path) => {
      await barrier();
      await inner.syncDirectory(path);
    },
    lock: (path) => inner.lock(path),
  };
  return { disk, barriers: () => count };
}
