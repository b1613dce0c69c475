/**
 * What the checks of a crash need to know of a kata: how its subject is opened on a disk.
 *
 * Everything here is declared by the kata. The functions are written as methods, so that a declaration about
 * one kind of subject can be handed to machinery that knows none: it only ever meets its own subjects.
 */
import type { DiskPort } from "#platform/testing/disk-port.ts";
import { type DiskImage, DiskState } from "#platform/testing/disk-state.ts";

/** What every subject may export besides its factories. */
export interface Claims {
  readonly level?: number;
  readonly singleThreaded?: string;
}

/** The directory that every store is given. */
export const directory = "store";

export interface DiskSubject<Exports = Claims, Store = unknown, Options = object> {
  readonly kata: { readonly version: number; readonly levels: readonly unknown[] };

  /** The function that opens a store, as sentences name it: "openStore". */
  readonly factory: string;

  /** Returns the subject's own promise: one in between would change what settles before what. */
  open(
    exports: Exports,
    place: { disk: DiskPort; directory: string },
    options: Options,
  ): Promise<Store>;
}

/** An empty disk on which these directories will outlast any crash. */
export function emptyDisk(directories: readonly string[] = [directory, "other"]): DiskState {
  return DiskState.fromImage({ directories, files: new Map() } satisfies DiskImage);
}

/** A path as histories print it: inside the store's directory, without the directory. */
export function nameOf(path: string): string {
  return path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path;
}
