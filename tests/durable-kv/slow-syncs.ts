/** What group commit is measured on: a disk whose every sync takes the same time, and the most that it allows. */
import type { Clock } from "#platform/clock.ts";
import type { Disk, DiskFile } from "#platform/disk.ts";
import { quiescence } from "#platform/testing/gates.ts";

export const syncMs = 1;

/** A disk that answers everything at once, except that it makes one sync after the other, each in `syncMs`. */
export class SlowSyncs {
  readonly #clock: Clock;
  #freeAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async sync(): Promise<void> {
    const endsAt = Math.max(this.#clock.now(), this.#freeAt) + syncMs;
    this.#freeAt = endsAt;
    while (this.#clock.now() < endsAt) await quiescence();
  }

  wrap(disk: Disk): Disk {
    const wrapFile = (file: DiskFile): DiskFile => ({
      append: (bytes) => file.append(bytes),
      read: (position, length) => file.read(position, length),
      size: () => file.size(),
      truncate: (length) => file.truncate(length),
      sync: async () => {
        await this.sync();
        await file.sync();
      },
      close: () => file.close(),
    });
    return {
      open: async (path, options) => wrapFile(await disk.open(path, options)),
      rename: (from, to) => disk.rename(from, to),
      remove: (path) => disk.remove(path),
      list: (path) => disk.list(path),
      makeDirectory: (path) => disk.makeDirectory(path),
      syncDirectory: (path) => disk.syncDirectory(path),
      lock: (path) => disk.lock(path),
    };
  }
}

/** The most that any store can do: each sync answers all who wait when it begins. */
export function sharedSyncs(clock: Clock): () => Promise<void> {
  const slow = new SlowSyncs(clock);
  let next: Promise<void> | null = null;
  return () => {
    next ??= Promise.resolve().then(async () => {
      next = null;
      await slow.sync();
    });
    return next;
  };
}
