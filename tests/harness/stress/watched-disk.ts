import type { Disk, DiskFile } from "#platform/disk.ts";
import type { Pulse } from "./pulse.ts";

/**
 * The same disk, whose calls under way are known: to the pulse, so that waiting for the disk is nobody's
 * fault, and to whoever wants to end the process between two of them. A signal from outside may cut a write
 * into two, which is more than a store has to expect that knows only the end of its process.
 */
export class WatchedDisk implements Disk {
  readonly #disk: Disk;
  readonly #pulse: Pulse;
  #underWay = 0;
  #endProcess: (() => void) | undefined;

  constructor(disk: Disk, pulse: Pulse) {
    this.#disk = disk;
    this.#pulse = pulse;
  }

  /** From now on no call begins; `end` is called when those under way have settled. */
  endBetweenCalls(end: () => void): void {
    this.#endProcess = end;
    if (this.#underWay === 0) end();
  }

  async open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return this.#watched(await this.#watch(() => this.#disk.open(path, options)));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#watch(() => this.#disk.rename(from, to));
  }

  remove(path: string): Promise<void> {
    return this.#watch(() => this.#disk.remove(path));
  }

  list(directory: string): Promise<string[]> {
    return this.#watch(() => this.#disk.list(directory));
  }

  makeDirectory(path: string): Promise<void> {
    return this.#watch(() => this.#disk.makeDirectory(path));
  }

  syncDirectory(directory: string): Promise<void> {
    return this.#watch(() => this.#disk.syncDirectory(directory));
  }

  async lock(directory: string): Promise<{ release(): Promise<void> }> {
    const lock = await this.#watch(() => this.#disk.lock(directory));
    return { release: () => this.#watch(() => lock.release()) };
  }

  #watched(file: DiskFile): DiskFile {
    return {
      append: (bytes) => this.#watch(() => file.append(bytes)),
      read: (position, length) => this.#watch(() => file.read(position, length)),
      size: () => this.#watch(() => file.size()),
      truncate: (length) => this.#watch(() => file.truncate(length)),
      sync: () => this.#watch(() => file.sync()),
      close: () => this.#watch(() => file.close()),
    };
  }

  /** The process may have been sentenced while a call was under way. */
  #end(): void {
    this.#endProcess?.();
  }

  async #watch<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    if (this.#endProcess !== undefined) return new Promise<never>(() => undefined);
    this.#underWay += 1;
    this.#pulse.diskCallBegins();
    try {
      return await call();
    } finally {
      this.#underWay -= 1;
      this.#pulse.diskCallSettles();
      if (this.#underWay === 0) this.#end();
    }
  }
}
