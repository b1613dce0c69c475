/**
 * An in-memory disk for your own tests: it can crash, be killed, tear, fail, fill up, read short and
 * rot, and it can draw itself.
 *
 *     const disk = createCrashDisk();
 *     const store = await openDurableKv({ disk, directory: "store" });
 *     await store.put(key, value);
 *     for (const { disk: after, losses } of disk.powerCuts()) {
 *       const reopened = await openDurableKv({ disk: after, directory: "store" });
 *       assert.deepEqual(await reopened.get(key), value, losses);
 *     }
 *
 * `kill`, `powerCut` and `powerCuts` end the life of this disk: calls made on it afterwards do nothing
 * and never settle. The disk they return is the one that the next life finds.
 */
import { StorageError } from "../errors.ts";
import { invariant } from "../invariant.ts";
import { type CrashImage, forEachCrashImage, type NameProfile } from "./crash-images.ts";
import { atOnce, DiskPort, type Faults, type Pace } from "./disk-port.ts";
import { type DiskImage, DiskState, plainPath } from "./disk-state.ts";
import { drawDisk } from "./draw-disk.ts";

export interface CrashDiskOptions {
  /** A directory that is there and durable from the start. Default "store". */
  directory?: string;
  /** Which names a power cut may lose: see `NameProfile`. Default "core". */
  names?: NameProfile;
  /** The unit in which writes tear. Default 32. */
  sectorBytes?: number;
  faults?: Faults;
}

/** A disk that a power cut may leave. */
export interface PowerCut {
  disk: CrashDisk;
  /** What is missing, in words; "nothing is lost" when all of it is there. */
  losses: string;
}

export class CrashDisk extends DiskPort {
  readonly #options: CrashDiskOptions;

  constructor(state: DiskState, options: CrashDiskOptions, pace: Pace = atOnce) {
    super(state, pace, options.faults ?? {});
    this.#options = options;
  }

  /** The process ends: everything that settled is there, synced or not; calls under way had no effect. */
  kill(): CrashDisk {
    this.fence();
    return this.#next(this.state.afterKill());
  }

  /** The power goes: what no sync covered is gone, all of it. */
  powerCut(): CrashDisk {
    const [fullest, barest = fullest] = this.#images();
    invariant(barest !== undefined, "a power cut leaves at least one image");
    return this.#next(DiskState.fromImage(barest.image));
  }

  /** Every disk that a power cut at this moment may leave, each once, the one that lost nothing first. */
  powerCuts(): PowerCut[] {
    const cuts = new Map<string, PowerCut>();
    for (const { image, losses } of this.#images()) {
      const content = contentOf(image);
      if (cuts.has(content)) continue;
      const what = losses().map((loss) => `${loss.where} ${loss.what}`);
      const disk = this.#next(DiskState.fromImage(image));
      cuts.set(content, { disk, losses: what.length === 0 ? "nothing is lost" : what.join("; ") });
    }
    return [...cuts.values()];
  }

  /** Changes one bit of a byte that a sync has covered, as a failing medium does. */
  rot(path: string, position: number): void {
    const node = this.state.lookUp(plainPath(path));
    if (node?.kind !== "file") throw new StorageError(`Expected a file to rot, got ${path}.`);
    const file = this.state.file(node.id);
    const synced = Math.min(file.length, file.durableLength);
    if (!Number.isSafeInteger(position) || position < 0 || position >= synced) {
      throw new StorageError(
        `Expected a position among the ${synced} synced bytes of ${path}, got ${position}.`,
      );
    }
    this.state.version++;
    file.content = rotten(file.content, position);
    file.durable = rotten(file.durable, position);
  }

  /** Each file with its bytes, what is synced and what is not; for reading, not for asserting. */
  draw(): string {
    return drawDisk(this.state);
  }

  #images(): CrashImage[] {
    this.fence();
    const images: CrashImage[] = [];
    const { names = "core", sectorBytes = 32 } = this.#options;
    forEachCrashImage(this.state, { names, sectorBytes }, (image) => images.push(image));
    return images;
  }

  /** Faults belong to one life; the next one begins without. */
  #next(state: DiskState): CrashDisk {
    const { faults: _faults, ...options } = this.#options;
    return new CrashDisk(state, options);
  }
}

/** A fresh disk on which `options.directory` is there and durable. */
export function createCrashDisk(options: CrashDiskOptions = {}): CrashDisk {
  const directory = plainPath(options.directory ?? "store");
  return new CrashDisk(
    DiskState.fromImage({ directories: ancestors(directory), files: new Map() }),
    options,
  );
}

/** A path with everything above it, topmost first. */
export function ancestors(directory: string): string[] {
  const names = directory.split("/");
  return names.map((_, index) => names.slice(0, index + 1).join("/")).filter((path) => path !== "");
}

/** Equal for images that hold the same, and for no others. */
function contentOf({ directories, files }: DiskImage): string {
  const bytes = [...files].map(([path, content]): [string, string] => [
    path,
    Buffer.from(content).toString("latin1"),
  ]);
  return JSON.stringify([directories.toSorted(), bytes.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function rotten(bytes: Uint8Array, position: number): Uint8Array {
  const copy = bytes.slice();
  copy[position] = (copy[position] ?? 0) ^ 0x10;
  return copy;
}
