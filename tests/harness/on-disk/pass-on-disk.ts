/** A disk and its files that pass every call on: an edit overrides the one that it gets wrong. */
import type { Disk, DiskFile, DiskLock } from "#platform/disk.ts";

export class PassOnDisk implements Disk {
  protected readonly disk: Disk;

  constructor(disk: Disk) {
    this.disk = disk;
  }

  open(path: string, options?: { create?: boolean }): Promise<DiskFile> {
    return this.disk.open(path, options);
  }

  rename(from: string, to: string): Promise<void> {
    return this.disk.rename(from, to);
  }

  remove(path: string): Promise<void> {
    return this.disk.remove(path);
  }

  list(directory: string): Promise<string[]> {
    return this.disk.list(directory);
  }

  makeDirectory(path: string): Promise<void> {
    return this.disk.makeDirectory(path);
  }

  syncDirectory(directory: string): Promise<void> {
    return this.disk.syncDirectory(directory);
  }

  lock(directory: string): Promise<DiskLock> {
    return this.disk.lock(directory);
  }
}

export class PassOnFile implements DiskFile {
  protected readonly file: DiskFile;

  constructor(file: DiskFile) {
    this.file = file;
  }

  append(bytes: Uint8Array): Promise<void> {
    return this.file.append(bytes);
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return this.file.read(position, length);
  }

  size(): Promise<number> {
    return this.file.size();
  }

  truncate(length: number): Promise<void> {
    return this.file.truncate(length);
  }

  sync(): Promise<void> {
    return this.file.sync();
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
