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
 * `killsDuring` and `powerCutsDuring` only ask what would be left: this life goes on.
 */
import { StorageError } from "../errors.ts";
import { invariant } from "../invariant.ts";
import {
  barestImage,
  type CrashImage,
  forEachCrashImage,
  type NameProfile,
} from "./crash-images.ts";
import { type CrashPoint, killStates, statesUnderWay } from "./crash-moments.ts";
import { atOnce, type DiskCall, DiskPort, type Faults, type Pace } from "./disk-port.ts";
import { type DiskImage, DiskState, plainPath } from "./disk-state.ts";
import { drawDisk } from "./draw-disk.ts";
import { GateKeeper } from "./gates.ts";
import { type LifeEnd, runLife } from "./life.ts";
import { firstCome } from "./schedules.ts";

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

/** How bytes rot: by default one of them loses a bit. */
export interface Rot {
  /** So many bytes from the position on, as far as they are synced. Default 1. */
  bytes?: number;
  into?: "a flipped bit" | "zeros" | "garbage";
}

/** A disk that a crash in the middle of an action may leave. */
export interface CrashDuring extends PowerCut {
  /** Whether the action had been answered by then. */
  answered: boolean;
}

export class CrashDisk extends DiskPort {
  readonly #options: CrashDiskOptions;
  readonly #pace: Pace;

  constructor(state: DiskState, options: CrashDiskOptions, pace: Pace = new StepwisePace()) {
    super(state, pace, options.faults ?? {});
    this.#options = options;
    this.#pace = pace;
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
    for (const crash of this.#images()) {
      const content = contentOf(crash.image);
      if (!cuts.has(content)) cuts.set(content, this.#cutOf(crash));
    }
    return [...cuts.values()];
  }

  /**
   * Every disk that a power cut at some moment of the action may leave, in the order of the moments; the
   * last of them come right after its answer. Resolves or rejects as the action does, and life goes on.
   * Within the action the disk answers one call at a time, and only when nobody can go on without.
   */
  async powerCutsDuring(action: () => Promise<unknown>): Promise<CrashDuring[]> {
    const cuts = new Map<string, CrashDuring>();
    await this.#step(action, (moment, answered) => {
      for (const crash of statesUnderWay(moment).flatMap((state) => this.#imagesOf(state))) {
        const content = `${answered} ${contentOf(crash.image)}`;
        if (!cuts.has(content)) cuts.set(content, { ...this.#cutOf(crash), answered });
      }
    });
    return [...cuts.values()];
  }

  /**
   * The same for kills: what had settled is there, and calls under way had their effect or not. What is
   * not synced is not safe yet: a power cut can take it from the disk that a kill has left.
   */
  async killsDuring(action: () => Promise<unknown>): Promise<CrashDuring[]> {
    const kills: CrashDuring[] = [];
    await this.#step(action, (moment, answered) => {
      for (const { state, what } of killStates(moment)) {
        kills.push({ disk: this.#next(state.copy()), losses: what, answered });
      }
    });
    return kills;
  }

  /**
   * From now on no sync of a file ends, while everything else does, until the function that this answers
   * with is called: the syncs that wait then end in the order of their calls.
   */
  holdSyncs(): () => void {
    return this.#stepwisePace().holdSyncs();
  }

  /** What no power cut can take any more: the synced bytes of each file whose name is durable. */
  synced(): Map<string, Uint8Array> {
    return new Map(
      [...barestImage(this.state).files].map(([path, bytes]) => [path, bytes.slice()]),
    );
  }

  /** Changes one bit of a byte that a sync has covered, as a failing medium does; or more: see `Rot`. */
  rot(path: string, position: number, { bytes = 1, into = "a flipped bit" }: Rot = {}): void {
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
    const end = Math.min(position + bytes, synced);
    file.content = rotten(file.content, position, end, into);
    file.durable = rotten(file.durable, position, end, into);
  }

  /** Each file with its bytes, what is synced and what is not; for reading, not for asserting. */
  draw(): string {
    return drawDisk(this.state);
  }

  /** Shows each moment of an action at which a crash would find something new. */
  async #step(
    action: () => Promise<unknown>,
    see: (moment: CrashPoint, answered: boolean) => void,
  ): Promise<void> {
    let answered = false;
    let seen = "";
    const end = await this.#stepwisePace().stepThrough(
      async () => {
        await action();
        answered = true;
      },
      (underWay) => {
        const calls = underWay.map(({ kind, path }) => `${kind} ${path}`);
        const moment = `${this.state.version} ${answered} ${calls.join()}`;
        if (moment !== seen) see({ state: this.state.copy(), underWay }, answered);
        seen = moment;
      },
    );
    if (end.error !== undefined) throw end.error as Error;
    if (end.how === "hung") {
      throw new StorageError(
        "The action is never answered, though the disk has answered every call.",
      );
    }
  }

  #stepwisePace(): StepwisePace {
    if (this.#pace instanceof StepwisePace) return this.#pace;
    throw new StorageError(
      "Inside tryInterleavings the schedule decides what settles, and a client cuts the power: `cuts = world.disk.powerCuts()`.",
    );
  }

  #images(): CrashImage[] {
    this.fence();
    return this.#imagesOf(this.state);
  }

  #imagesOf(state: DiskState): CrashImage[] {
    const images: CrashImage[] = [];
    const { names = "core", sectorBytes = 32 } = this.#options;
    forEachCrashImage(state, { names, sectorBytes }, (image) => images.push(image));
    return images;
  }

  #cutOf({ image, losses }: CrashImage): PowerCut {
    const what = losses().map((loss) => `${loss.where} ${loss.what}`);
    return {
      disk: this.#next(DiskState.fromImage(image)),
      losses: what.length === 0 ? "nothing is lost" : what.join("; "),
    };
  }

  /** Faults belong to one life; the next one begins without. */
  #next(state: DiskState): CrashDisk {
    const { faults: _faults, ...options } = this.#options;
    return new CrashDisk(state, options);
  }
}

/** Every call settles at once, except in actions that are stepped through. */
class StepwisePace implements Pace {
  readonly #gates = new GateKeeper();
  #isStepping = false;
  /** Syncs that wait until somebody lets them end; null while nobody holds them. */
  #heldSyncs: GateKeeper | null = null;

  settle<Answer>(call: DiskCall, effect: () => Answer): Promise<Answer> {
    if (this.#heldSyncs !== null && call.kind === "sync")
      return this.#heldSyncs.settle(call, effect);
    if (this.#isStepping) return this.#gates.settle(call, effect);
    // What an action has left under way was called before this call.
    while (this.#gates.pending.length > 0) this.#gates.open(0);
    return atOnce.settle(call, effect);
  }

  holdSyncs(): () => void {
    const held = (this.#heldSyncs ??= new GateKeeper());
    return () => {
      if (this.#heldSyncs === held) this.#heldSyncs = null;
      while (held.pending.length > 0) held.open(0);
    };
  }

  /** `see` is told the calls under way before each of them settles, and once more when the action has ended. */
  async stepThrough(
    action: () => Promise<void>,
    see: (underWay: DiskCall[]) => void,
  ): Promise<LifeEnd> {
    this.#isStepping = true;
    try {
      return await runLife(action, {
        gates: this.#gates,
        scheduler: firstCome,
        atRest: async () => {
          see(this.#gates.underWay());
          return true;
        },
      });
    } finally {
      this.#isStepping = false;
    }
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

function rotten(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: NonNullable<Rot["into"]>,
): Uint8Array {
  const copy = bytes.slice();
  for (let at = start; at < end; at++) {
    const was = copy[at] ?? 0;
    // Noise that differs from byte to byte and leaves none as it was.
    const noise = Math.imul(at + 1, 0x9e3779b1) & 0xff || 1;
    copy[at] = into === "zeros" ? 0 : was ^ (into === "garbage" ? noise : 0x10);
  }
  return copy;
}
